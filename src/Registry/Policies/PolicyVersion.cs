using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Policies;

/// <summary>A text that was once in force for a stage. It never changes: verdicts and approvals name its digest.</summary>
internal sealed class PolicyVersion : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Stage { get; init; }

    /// <summary>From 1, without gaps; the highest is in force.</summary>
    public required int Number { get; init; }
    public required string Yaml { get; init; }
    public required string Digest { get; init; }

    /// <summary>Actor who published it.</summary>
    public required string PublishedBy { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>A signed statement about the text that says who published it as what, so that a changed row is not obeyed.</summary>
    public required string Envelope { get; init; }
    public required string KeyHint { get; init; }
}

internal sealed class PolicyVersionTable : IEntityTypeConfiguration<PolicyVersion>
{
    public void Configure(EntityTypeBuilder<PolicyVersion> builder)
    {
        builder.ToTable("registry_policy_versions");
        builder.HasKey(policy => new { policy.Project, policy.Stage, policy.Number });
        builder.HasIndex(policy => new { policy.Project, policy.Stage, policy.Digest });
        builder.Property(policy => policy.Stage).HasMaxLength(40);
        builder.Property(policy => policy.Digest).HasMaxLength(80);
        builder.Property(policy => policy.PublishedBy).HasMaxLength(100);
        builder.Property(policy => policy.KeyHint).HasMaxLength(64);
        builder.IsRecorded();
    }
}
