using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Models;

internal sealed class ModelAlias : IProjectOwned
{
    /// <summary>Aliases that go with a stage, and lead to the version that was let into it last.</summary>
    public static readonly string[] OfStages = [Stage.AliasOf(Stage.Staging), Stage.AliasOf(Stage.Production)];

    public string Project { get; private set; } = "";
    public required string Model { get; init; }

    /// <summary>Those of stages in lower case, others as they were written.</summary>
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
        builder.Property(alias => alias.Alias).HasMaxLength(Mlflow.RegistryNames.AliasLengthMax);
        builder.IsRecorded();
    }
}
