using Assay.Kernel.Projects;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Feedback;

/// <summary>A training that the loop has started. Written in the transaction in which the training is queued.</summary>
internal sealed class RetrainingRun : IProjectOwned
{
    public const int BecauseLengthMax = 500;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Model { get; init; }
    public required int Champion { get; init; }
    public required RetrainingTrigger Trigger { get; init; }
    public required string Because { get; init; }
    public string? Alert { get; init; }
    public required string Dataset { get; init; }
    public required int DatasetVersion { get; init; }
    public required string Training { get; init; }
    public required RetrainingState State { get; set; }
    public int? Candidate { get; set; }
    public bool? Promoted { get; set; }
    public string? Reason { get; set; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }

    public RetrainingSummary ToSummary() => new(
        Id, Endpoint, Model, Champion, Trigger, Because, Alert, Dataset, DatasetVersion, Training, State, Candidate, Promoted, Reason, StartedAt, EndedAt);
}

internal sealed class RetrainingTable : IEntityTypeConfiguration<RetrainingRun>
{
    public void Configure(EntityTypeBuilder<RetrainingRun> builder)
    {
        builder.ToTable("monitoring_retrainings");
        builder.HasKey(run => run.Id);
        builder.HasIndex(run => new { run.Project, run.Endpoint, run.Id });

        // Whichever replica looks first, an endpoint has one retraining at a time.
        builder.HasIndex(run => new { run.Project, run.Endpoint }).IsUnique().HasFilter($"state = '{nameof(RetrainingState.Running)}'");
        builder.Property(run => run.Id).HasMaxLength(32);
        builder.Property(run => run.Endpoint).HasMaxLength(200);
        builder.Property(run => run.Model).HasMaxLength(200);
        builder.Property(run => run.Because).HasMaxLength(RetrainingRun.BecauseLengthMax);
        builder.Property(run => run.Alert).HasMaxLength(32);
        builder.Property(run => run.Dataset).HasMaxLength(200);
        builder.Property(run => run.Training).HasMaxLength(32);
        builder.Property(run => run.Reason).HasMaxLength(Alerts.Alert.ReasonLengthMax);
        builder.Property(run => run.Revision).IsConcurrencyToken();
        builder.IsRecorded();
    }
}
