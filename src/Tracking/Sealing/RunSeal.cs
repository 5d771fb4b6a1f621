using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Sealing;

/// <summary>The seal of a run that is over: the digest of what <see cref="SealedContent"/> reads of it.</summary>
internal sealed class RunSeal : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string RunId { get; init; }
    public required string Digest { get; set; }
    public required DateTimeOffset SealedAt { get; set; }

    /// <summary>How often it was sealed: more than once when it was changed after its end.</summary>
    public required int Times { get; set; }
}

internal sealed class RunSealTable : IEntityTypeConfiguration<RunSeal>
{
    public void Configure(EntityTypeBuilder<RunSeal> builder)
    {
        builder.ToTable("tracking_seals").IsRecorded();
        builder.HasKey(seal => seal.RunId);
        builder.Property(seal => seal.RunId).HasMaxLength(32);
        builder.Property(seal => seal.Digest).HasMaxLength(71);
    }
}

/// <summary>
/// A run that is over and whose content was changed since it was sealed, or which has no seal yet. Written in the
/// transaction of the change, so that none is forgotten.
/// </summary>
internal sealed class UnsealedRun
{
    public required long RunKey { get; init; }
    public required DateTimeOffset Since { get; init; }

    /// <summary>Grows with each change: a seal is of the content at one of them.</summary>
    public required long Changes { get; set; }

    /// <summary>Pseudonymous id of who made the last change.</summary>
    public required string ChangedBy { get; set; }
}

internal sealed class UnsealedRunTable : IEntityTypeConfiguration<UnsealedRun>
{
    public void Configure(EntityTypeBuilder<UnsealedRun> builder)
    {
        builder.ToTable("tracking_unsealed").IsClustered();
        builder.HasKey(run => run.RunKey);
        builder.HasIndex(run => run.Since);
        builder.Property(run => run.RunKey).ValueGeneratedNever();
        builder.Property(run => run.ChangedBy).HasMaxLength(256);
    }
}

/// <summary>A run is over, and its content stands in the ledger.</summary>
internal sealed record RunSealed(string Id, string Experiment, string Digest) : LedgerEvent("run.sealed", $"run:{Id}");

/// <summary>A sealed run was changed through the API; <paramref name="ChangedBy"/> made the last change.</summary>
internal sealed record RunResealed(string Id, string Experiment, string Digest, string Before, string ChangedBy)
    : LedgerEvent("run.resealed", $"run:{Id}");

/// <summary>A sealed run was taken up again: it is not over.</summary>
internal sealed record RunReopened(string Id, string Experiment, string Before, string ChangedBy) : LedgerEvent("run.reopened", $"run:{Id}");
