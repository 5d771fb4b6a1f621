using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Policies;

/// <summary>The policy that a project has put in place of the shipped one.</summary>
internal sealed class StagePolicy : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Stage { get; init; }
    public required string Yaml { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
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
