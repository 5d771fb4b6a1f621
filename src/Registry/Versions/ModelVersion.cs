using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Versions;

internal sealed class ModelVersion : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required string Format { get; init; }
    public required string Stage { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its stage or description was last changed, as MLflow counts it.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Where an MLflow client said that it comes from; null for a package that came another way.</summary>
    public string? Source { get; init; }
    public string? RunLink { get; init; }
    public string? Description { get; set; }

    /// <summary>Since when it is not to be used any more; null while it may be.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }
    public string? RunId { get; init; }
    public string? Dataset { get; init; }
    public string? DatasetDigest { get; init; }

    /// <summary>A list of <see cref="PackageFile"/>, with the signature and its key.</summary>
    public required string FilesJson { get; init; }

    /// <summary>Copies of what stands in the package, so that a list need not open it; the package itself is what is signed.</summary>
    public required string MetricsJson { get; init; }
    public required string SchemaJson { get; init; }
    public required string EvaluationJson { get; init; }
}

internal sealed class ModelVersionTable : IEntityTypeConfiguration<ModelVersion>
{
    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.ToTable("registry_versions");
        builder.HasKey(version => new { version.Project, version.Model, version.Version });
        builder.HasIndex(version => new { version.Project, version.Digest });
        builder.Property(version => version.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(version => version.Digest).HasMaxLength(80);
        builder.Property(version => version.Format).HasMaxLength(40);
        builder.Property(version => version.Stage).HasMaxLength(40);
        builder.HasIndex(version => new { version.Project, version.RunId });
        builder.Property(version => version.RunId).HasMaxLength(256);
        builder.Property(version => version.Source).HasMaxLength(1000);
        builder.Property(version => version.RunLink).HasMaxLength(500);
        builder.Property(version => version.Dataset).HasMaxLength(100);
        builder.Property(version => version.DatasetDigest).HasMaxLength(80);
        builder.IsRecorded();
    }
}
