using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Oci;

/// <summary>What a manifest is here.</summary>
internal enum ManifestRole
{
    /// <summary>A version of the model, as written here or as it was pushed.</summary>
    Model,

    /// <summary>A version as a container image.</summary>
    Image,

    /// <summary>Written here about a version: its signature or an attestation.</summary>
    Evidence,

    /// <summary>Pushed by somebody about a version.</summary>
    Attached,
}

/// <summary>A manifest of a repository; its bytes are the blob of its digest. Written once.</summary>
internal sealed class OciManifest : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required string Digest { get; init; }
    public required string MediaType { get; init; }
    public required string? ArtifactType { get; init; }
    public required ManifestRole Role { get; init; }

    /// <summary>The version that it is; null for one that is about another manifest.</summary>
    public required int? Version { get; init; }

    /// <summary>Digest of the manifest that it is about.</summary>
    public required string? Subject { get; init; }
    public required long SizeBytes { get; init; }

    /// <summary>Repeats the manifest's annotations for lists.</summary>
    public required string AnnotationsJson { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Says that a repository has a blob: without this row it is not served there, whoever else stored it.</summary>
internal sealed class OciBlob : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required string Digest { get; init; }
    public required long SizeBytes { get; init; }

    /// <summary>Whether a manifest of the repository names it; a blob that none has named is forgotten after a day.</summary>
    public required bool Named { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class OciManifestTable : IEntityTypeConfiguration<OciManifest>
{
    public void Configure(EntityTypeBuilder<OciManifest> builder)
    {
        builder.ToTable("registry_oci_manifests").IsRecorded();
        builder.HasKey(row => new { row.Project, row.Model, row.Digest });
        builder.HasIndex(row => new { row.Project, row.Model, row.Version, row.Role }).IsUnique();
        builder.HasIndex(row => new { row.Project, row.Model, row.Subject });
        builder.Property(row => row.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(row => row.Digest).HasMaxLength(80);
        builder.Property(row => row.Subject).HasMaxLength(80);
        builder.Property(row => row.MediaType).HasMaxLength(255);
        builder.Property(row => row.ArtifactType).HasMaxLength(255);
    }
}

internal sealed class OciBlobTable : IEntityTypeConfiguration<OciBlob>
{
    public void Configure(EntityTypeBuilder<OciBlob> builder)
    {
        builder.ToTable("registry_oci_blobs");
        builder.HasKey(row => new { row.Project, row.Model, row.Digest });
        builder.HasIndex(row => new { row.Named, row.CreatedAt });
        builder.Property(row => row.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(row => row.Digest).HasMaxLength(80);
    }
}

internal static class OciTables
{
    extension(AssayDb db)
    {
        public DbSet<OciManifest> OciManifests => db.Set<OciManifest>();

        public DbSet<OciBlob> OciBlobs => db.Set<OciBlob>();
    }
}
