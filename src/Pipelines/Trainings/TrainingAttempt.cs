using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Pipelines.Trainings;

/// <summary>One taking-up of a training by a server. It has no end when the server died over it.</summary>
internal sealed class TrainingAttempt : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string TrainingId { get; init; }
    public required int Number { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Handed back by a server that was stopped in an orderly way, which is no fault of the training.</summary>
    public bool HandedBack { get; set; }
}

internal sealed class TrainingAttemptTable : IEntityTypeConfiguration<TrainingAttempt>
{
    public void Configure(EntityTypeBuilder<TrainingAttempt> builder)
    {
        builder.ToTable("pipelines_training_attempts");
        builder.HasKey(attempt => new { attempt.TrainingId, attempt.Number });
        builder.Property(attempt => attempt.TrainingId).HasMaxLength(32);
    }
}
