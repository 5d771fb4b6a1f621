using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

internal sealed class Run : IProjectOwned
{
    public const int NameLengthMax = 500;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string ExperimentId { get; init; }
    public required string Name { get; set; }

    /// <summary>MLflow's <c>user_id</c>: the caller's pseudonymous id.</summary>
    public required string UserId { get; init; }
    public required RunStatus Status { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public Lifecycle Lifecycle { get; set; }

    /// <summary>When it was deleted; null while it is active.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

internal sealed class RunTable : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("tracking_runs");
        builder.HasKey(run => run.Id);
        builder.HasIndex(run => new { run.Project, run.ExperimentId, run.StartedAt });
        builder.Property(run => run.Id).HasMaxLength(32);
        builder.Property(run => run.ExperimentId).HasMaxLength(64);
        builder.Property(run => run.Name).HasMaxLength(Run.NameLengthMax);
        builder.Property(run => run.UserId).HasMaxLength(256);
        builder.IsRecorded();
    }
}
