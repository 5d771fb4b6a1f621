using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Approvals;

/// <summary>That somebody went past the human rules of a stage in an emergency: for some time, and to be reviewed by others.</summary>
internal sealed class BrokenGlass : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required string Stage { get; init; }
    public required string Reason { get; init; }

    /// <summary>The person who did it.</summary>
    public required string Person { get; init; }
    public required DateTimeOffset At { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>Digest of the signed statement that says all of this.</summary>
    public required string Attestation { get; init; }

    /// <summary>The version that was in the stage before, to which it falls back.</summary>
    public int? Former { get; init; }
    public string? ReviewedBy { get; set; }
    public bool? Justified { get; set; }
    public string? ReviewComment { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>When its time was up and what follows was done; of two replicas that notice one does it.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

internal sealed class BrokenGlassTable : IEntityTypeConfiguration<BrokenGlass>
{
    public void Configure(EntityTypeBuilder<BrokenGlass> builder)
    {
        builder.ToTable("registry_broken_glass").IsAboutVersion().IsRecorded();
        builder.Property(glass => glass.Stage).HasMaxLength(40);
        builder.Property(glass => glass.Reason).HasMaxLength(ApprovalRequest.ReasonLengthMax);
        builder.Property(glass => glass.Person).HasMaxLength(40);
        builder.Property(glass => glass.Attestation).HasMaxLength(80);
        builder.Property(glass => glass.ReviewedBy).HasMaxLength(40);
        builder.Property(glass => glass.ReviewComment).HasMaxLength(ApprovalRequest.ReasonLengthMax);
        builder.Property(glass => glass.EndedAt).IsConcurrencyToken();
        builder.Property(glass => glass.ReviewedAt).IsConcurrencyToken();
    }
}
