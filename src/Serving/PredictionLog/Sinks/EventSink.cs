using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Endpoints;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>Which side of calls is told.</summary>
public enum SinkMode
{
    /// <summary>Request and response, as two events with one id.</summary>
    All,

    /// <summary>What was asked.</summary>
    Request,

    /// <summary>What was answered.</summary>
    Response,
}

/// <summary>Where calls of an endpoint are told as they end.</summary>
internal sealed class EventSink : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }

    /// <summary>As <see cref="SinkAddress"/> stores it.</summary>
    public string Url { get; set; } = "";
    public SinkMode Mode { get; set; }

    /// <summary>Events in one message; 1 for a message per event.</summary>
    public int BatchSize { get; set; } = 1;
}

internal sealed class EventSinkTable : IEntityTypeConfiguration<EventSink>
{
    public void Configure(EntityTypeBuilder<EventSink> builder)
    {
        builder.ToTable("serving_event_sinks");
        builder.HasKey(row => new { row.Project, row.Endpoint });
        builder.Property(row => row.Endpoint).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.Url).HasMaxLength(SinkAddress.StoredLengthMax);
        builder.IsRecorded();
    }
}

internal static class EventSinkTables
{
    extension(AssayDb db)
    {
        public DbSet<EventSink> EventSinks => db.Set<EventSink>();
    }
}

/// <summary>Where calls of an endpoint are told was changed; the address only by its host, for a path may hold a secret.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Host">Host and port; null when nobody is told any more.</param>
/// <param name="Mode">Which side of calls.</param>
/// <param name="BatchSize">Events in one message.</param>
public sealed record EventSinkChanged(string Endpoint, string? Host, SinkMode Mode, int BatchSize)
    : LedgerEvent("predictions.sink-changed", $"endpoint:{Endpoint}");
