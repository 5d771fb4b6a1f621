using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Policies;

/// <summary>
/// A policy that was set before policies had numbers; read as version 1, and never written any more. The rows stay,
/// because the ledger states them.
/// </summary>
internal sealed class StagePolicy : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Stage { get; init; }
    public required string Yaml { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class StagePolicyTable : IEntityTypeConfiguration<StagePolicy>
{
    public void Configure(EntityTypeBuilder<StagePolicy> builder)
    {
        builder.ToTable("registry_policies");
        builder.HasKey(policy => new { policy.Project, policy.Stage });
        builder.Property(policy => policy.Stage).HasMaxLength(40);
        builder.IsRecorded();
    }
}
