using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>
/// A run. Its parameters, metrics and tags belong to it, and through it to its project. While it is written to, thousands
/// of times a second, its rows are not stated one by one in the ledger: what stands there is the digest of a whole run.
/// </summary>
internal sealed class Run : IProjectOwned
{
    public const int NameLengthMax = 500;

    /// <summary>What rows that belong to it refer to it by: eight bytes instead of thirty-two in each of very many rows.</summary>
    public long Key { get; private set; }
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required long ExperimentKey { get; init; }
    public required string ExperimentId { get; init; }
    public required string Name { get; set; }

    /// <summary>MLflow's <c>user_id</c>: what a client says, or the caller's pseudonymous id.</summary>
    public required string UserId { get; init; }
    public required RunStatus Status { get; set; }
    public required DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public Lifecycle Lifecycle { get; set; }

    /// <summary>When it was deleted; null while it is active.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The place of its files, as clients are told.</summary>
    public required string ArtifactUri { get; init; }

    /// <summary>Whether datasets or models are its inputs or outputs, which most runs do not have.</summary>
    public bool HasInputs { get; set; }
}

internal sealed class RunTable : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.ToTable("tracking_runs");
        builder.HasKey(run => run.Key);
        builder.Property(run => run.Key).ValueGeneratedOnAdd();
        builder.HasIndex(run => run.Id).IsUnique();
        builder.HasIndex(run => new { run.ExperimentKey, run.Lifecycle, run.StartedAt, run.Id }).IsDescending(false, false, true, false);
        builder.Property(run => run.Id).HasMaxLength(32);
        builder.Property(run => run.ExperimentId).HasMaxLength(64);
        builder.Property(run => run.Name).HasMaxLength(Run.NameLengthMax);
        builder.Property(run => run.UserId).HasMaxLength(256);
        builder.Property(run => run.ArtifactUri).HasMaxLength(1100);
    }
}
