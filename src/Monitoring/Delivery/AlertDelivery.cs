using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Delivery;

/// <summary>What about an alert is told.</summary>
public enum DeliveryKind
{
    /// <summary>That it was raised, or became more severe.</summary>
    Raised,

    /// <summary>That it still lasts, and nobody has taken it on.</summary>
    Repeated,

    /// <summary>That it is over.</summary>
    Resolved,
}

/// <summary>Something to be told to a route: written in the transaction of the alert's change, so that a crash loses nothing.</summary>
internal sealed class AlertDelivery : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string RouteId { get; init; }
    public required string AlertId { get; init; }
    public required string Endpoint { get; init; }
    public required DeliveryKind Kind { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset DueAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>When it was told, or, with a problem, when it became clear that it is not.</summary>
    public DateTimeOffset? DoneAt { get; set; }
    public string? Problem { get; set; }

    /// <summary>Who is sending it, and until when nobody else does: a sender that was killed leaves it to the next one.</summary>
    public string? ClaimedBy { get; set; }
    public DateTimeOffset? ClaimedUntil { get; set; }
}

internal sealed class AlertDeliveryTable : IEntityTypeConfiguration<AlertDelivery>
{
    public const int ProblemLengthMax = 1000;

    public void Configure(EntityTypeBuilder<AlertDelivery> builder)
    {
        builder.ToTable("monitoring_alert_deliveries");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.DoneAt, row.DueAt });
        builder.HasIndex(row => new { row.RouteId, row.Id });
        builder.HasIndex(row => new { row.AlertId, row.RouteId });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.RouteId).HasMaxLength(32);
        builder.Property(row => row.AlertId).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Problem).HasMaxLength(ProblemLengthMax);
        builder.Property(row => row.ClaimedBy).HasMaxLength(32);
    }
}
