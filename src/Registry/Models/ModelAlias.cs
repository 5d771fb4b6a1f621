using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Models;

internal sealed class ModelAlias : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }

    /// <summary>Lower case.</summary>
    public required string Alias { get; init; }
    public required int Version { get; set; }
}

internal sealed class ModelAliasTable : IEntityTypeConfiguration<ModelAlias>
{
    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.ToTable("registry_aliases");
        builder.HasKey(alias => new { alias.Project, alias.Model, alias.Alias });
        builder.Property(alias => alias.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(alias => alias.Alias).HasMaxLength(100);
        builder.IsRecorded();
    }
}
