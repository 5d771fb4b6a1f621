using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Pipelines.Trainings;

/// <summary>
/// What was asked for and what came of it. How far the work is stands elsewhere (<see cref="TrainingAttempt"/>,
/// <see cref="TrainingProgress"/>): this row changes when it is asked for, registered and over, each time with an event.
/// </summary>
internal sealed class Training : IProjectOwned
{
    public const int ProblemLengthMax = 1000;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required string Label { get; init; }
    public ModelTask? Task { get; init; }
    public int? Seed { get; init; }
    public required bool Promote { get; init; }
    public bool OnlyIfBetter { get; init; }
    public string? Reason { get; init; }

    /// <summary>Actor who asked for it: may not approve what comes of it. Null for trainings from before this was kept.</summary>
    public string? RequestedBy { get; init; }
    public required string DatasetsJson { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><see cref="TrainingStatus.Queued"/> until it is over; whether it is at work is the attempts' business.</summary>
    public required TrainingStatus Status { get; set; }
    public string CandidatesJson { get; set; } = "[]";
    public int? Version { get; set; }
    public bool? Promoted { get; set; }
    public string? GateJson { get; set; }
    public string? Problem { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    public bool IsOver => Status is TrainingStatus.Succeeded or TrainingStatus.Failed;
}

internal sealed class TrainingTable : IEntityTypeConfiguration<Training>
{
    public void Configure(EntityTypeBuilder<Training> builder)
    {
        builder.ToTable("pipelines_trainings");
        builder.HasKey(training => training.Id);
        builder.HasIndex(training => new { training.Project, training.Id });
        builder.HasIndex(training => new { training.Project, training.Model, training.Version }).IsUnique();
        builder.HasIndex(training => training.Status);
        builder.Property(training => training.Id).HasMaxLength(32);
        builder.Property(training => training.Model).HasMaxLength(100);
        builder.Property(training => training.Label).HasMaxLength(200);
        builder.Property(training => training.Reason).HasMaxLength(500);
        builder.Property(training => training.RequestedBy).HasMaxLength(100);
        builder.Property(training => training.Problem).HasMaxLength(Training.ProblemLengthMax);

        // Somebody may cancel a training while its worker finishes it: whoever saves second finds the row over and gives way.
        builder.Property(training => training.Status).IsConcurrencyToken();
        builder.IsRecorded();
    }
}
