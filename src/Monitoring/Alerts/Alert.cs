using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Alerts;

internal sealed class Alert : IProjectOwned
{
    public const int ReasonLengthMax = 1000;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Window { get; init; }
    public required string FeaturesJson { get; init; }
    public required double MaxPsi { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public AlertState State { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBecause { get; set; }

    /// <summary>The feedback dataset as the monitor named it when the alert was raised, or at a later drifted window; null: nothing is started.</summary>
    public string? RetrainDataset { get; set; }

    /// <summary>Null while nothing was started: there is no room, and it is tried again.</summary>
    public string? Training { get; set; }
    public RetrainingState? RetrainingState { get; set; }
    public int? Candidate { get; set; }
    public bool? Promoted { get; set; }
    public string? Reason { get; set; }

    /// <summary>
    /// The ledger states a whole row at each change: whoever saves second must have read what the first wrote.
    /// </summary>
    public int Revision { get; set; }

    public AlertSummary ToSummary() => new(
        Id,
        Endpoint,
        Version,
        State,
        Window,
        JsonSerializer.Deserialize<List<string>>(FeaturesJson, AssayJson.Options)!,
        MaxPsi,
        RaisedAt,
        ClosedAt,
        ClosedBecause,
        RetrainingState is { } state ? new(Training, state, Candidate, Promoted, Reason) : null);
}

internal sealed class AlertTable : IEntityTypeConfiguration<Alert>
{
    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("monitoring_alerts");
        builder.HasKey(alert => alert.Id);
        builder.HasIndex(alert => new { alert.Project, alert.Id });

        // Whoever evaluates at the same moment, an endpoint has one open alert.
        builder.HasIndex(alert => new { alert.Project, alert.Endpoint }).IsUnique().HasFilter($"state = '{nameof(AlertState.Open)}'");
        builder.HasIndex(alert => alert.RetrainingState);
        builder.Property(alert => alert.Id).HasMaxLength(32);
        builder.Property(alert => alert.Endpoint).HasMaxLength(200);
        builder.Property(alert => alert.Model).HasMaxLength(200);
        builder.Property(alert => alert.Window).HasMaxLength(32);
        builder.Property(alert => alert.ClosedBecause).HasMaxLength(300);
        builder.Property(alert => alert.RetrainDataset).HasMaxLength(200);
        builder.Property(alert => alert.Training).HasMaxLength(32);
        builder.Property(alert => alert.Reason).HasMaxLength(Alert.ReasonLengthMax);
        builder.Property(alert => alert.Revision).IsConcurrencyToken();
        builder.IsRecorded();
    }
}
