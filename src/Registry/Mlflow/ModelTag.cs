using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Mlflow;

/// <summary>What MLflow's users write beside a model: a key and a text.</summary>
internal sealed class ModelTag : IProjectOwned
{
    public const int KeyLengthMax = 250;
    public const int ValueLengthMax = 100_000;

    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>The same beside a version.</summary>
internal sealed class VersionTag : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class ModelTagTable : IEntityTypeConfiguration<ModelTag>
{
    public void Configure(EntityTypeBuilder<ModelTag> builder)
    {
        builder.ToTable("registry_model_tags").IsRecorded();
        builder.HasKey(tag => new { tag.Project, tag.Model, tag.Key });
        builder.Property(tag => tag.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(tag => tag.Key).HasMaxLength(ModelTag.KeyLengthMax);
    }
}

internal sealed class VersionTagTable : IEntityTypeConfiguration<VersionTag>
{
    public void Configure(EntityTypeBuilder<VersionTag> builder)
    {
        builder.ToTable("registry_version_tags").IsRecorded();
        builder.HasKey(tag => new { tag.Project, tag.Model, tag.Version, tag.Key });
        builder.Property(tag => tag.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(tag => tag.Key).HasMaxLength(ModelTag.KeyLengthMax);
    }
}

internal static class TagTables
{
    extension(AssayDb db)
    {
        public DbSet<ModelTag> ModelTags => db.Set<ModelTag>();

        public DbSet<VersionTag> VersionTags => db.Set<VersionTag>();
    }
}
