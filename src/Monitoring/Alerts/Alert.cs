using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Alerts;

internal sealed class Alert : IProjectOwned
{
    public const int ReasonLengthMax = 1000;
    public const int SummaryLengthMax = 500;
    public const int NoteLengthMax = 1000;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Source { get; init; }
    public required AlertSeverity Severity { get; set; }
    public required string Summary { get; set; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string? Window { get; init; }
    public required string FeaturesJson { get; init; }
    public required double? MaxPsi { get; init; }

    /// <summary>Figures, segment and what changed upstream; null for alerts from before that was kept.</summary>
    public required string? DetailsJson { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
    public AlertState State { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }
    public string? AcknowledgedBy { get; set; }
    public string? Note { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public string? ClosedBecause { get; set; }

    /// <summary>How often it was found after it was raised; like what was found last, no part of what the ledger states.</summary>
    public int Repeats { get; set; }
    public DateTimeOffset? LastSeenAt { get; set; }
    public string? LatestSummary { get; set; }

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
        RetrainingState is { } state ? new(Training, state, Candidate, Promoted, Reason) : null)
    {
        Source = Source,
        Severity = Severity,
        Summary = Summary,
        Model = Model,
        Times = Repeats + 1,
        LastSeenAt = LastSeenAt ?? RaisedAt,
        AcknowledgedAt = AcknowledgedAt,
        AcknowledgedBy = AcknowledgedBy,
        Note = Note,
    };

    public AlertDetail ToDetail()
    {
        var details = DetailsJson is null ? null : JsonSerializer.Deserialize<AlertDetails>(DetailsJson, AssayJson.Options);
        return new(ToSummary(), details?.Since ?? RaisedAt, details?.Signals ?? [], details?.Segment, LatestSummary, details?.Upstream ?? []);
    }
}

/// <summary>What a row keeps about why it was raised.</summary>
internal sealed record AlertDetails(
    DateTimeOffset Since, IReadOnlyList<AlertSignal> Signals, string? Segment, IReadOnlyList<UpstreamChange> Upstream);

internal sealed class AlertTable : IEntityTypeConfiguration<Alert>
{
    public const int SourceLengthMax = 100;

    public void Configure(EntityTypeBuilder<Alert> builder)
    {
        builder.ToTable("monitoring_alerts");
        builder.HasKey(alert => alert.Id);
        builder.HasIndex(alert => new { alert.Project, alert.Id });

        // Whoever evaluates at the same moment, an endpoint has one alert of a source that lasts.
        builder.HasIndex(alert => new { alert.Project, alert.Endpoint, alert.Source }).IsUnique().HasFilter($"state <> '{nameof(AlertState.Closed)}'");
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

        // Columns that came when there were alerts of drift already, whose rows the ledger states without them.
        builder.Property(alert => alert.Source).HasMaxLength(SourceLengthMax).HasDefaultValue(AlertSources.Drift).IsRecordedUnless(AlertSources.Drift);
        builder.Property(alert => alert.Severity).HasDefaultValue(AlertSeverity.Warning).HasSentinel((AlertSeverity)(-1))
            .IsRecordedUnless(nameof(AlertSeverity.Warning));
        builder.Property(alert => alert.Summary).HasMaxLength(Alert.SummaryLengthMax).HasDefaultValue("").IsRecordedUnless("");
        builder.Property(alert => alert.DetailsJson).IsRecordedUnless(null);
        builder.Property(alert => alert.AcknowledgedAt).IsRecordedUnless(null);
        builder.Property(alert => alert.AcknowledgedBy).HasMaxLength(80).IsRecordedUnless(null);
        builder.Property(alert => alert.Note).HasMaxLength(Alert.NoteLengthMax).IsRecordedUnless(null);
        builder.Property(alert => alert.Repeats).IsNotRecorded();
        builder.Property(alert => alert.LastSeenAt).IsNotRecorded();
        builder.Property(alert => alert.LatestSummary).HasMaxLength(Alert.SummaryLengthMax).IsNotRecorded();
        builder.IsRecorded();
    }
}
