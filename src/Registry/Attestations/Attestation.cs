using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Attestations;

/// <summary>A signed statement about a version. Its envelope and the bundle around it are blobs; a row names them, and is never changed.</summary>
internal sealed class Attestation : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later statements sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }

    /// <summary>Root of the model's files, which the statement is about.</summary>
    public required string Subject { get; init; }
    public required string PredicateType { get; init; }

    /// <summary>SHA-256 of the envelope.</summary>
    public required string Digest { get; init; }
    public required long SizeBytes { get; init; }
    public required string BundleDigest { get; init; }
    public required long BundleSizeBytes { get; init; }
    public required string KeyHint { get; init; }
    public required DateTimeOffset At { get; init; }

    public AttestationSummary ToSummary() => new(Id, PredicateType, Digest, SizeBytes, BundleDigest, BundleSizeBytes, KeyHint, At);
}

internal sealed class AttestationTable : IEntityTypeConfiguration<Attestation>
{
    public void Configure(EntityTypeBuilder<Attestation> builder)
    {
        builder.ToTable("registry_attestations");
        builder.HasKey(attestation => attestation.Id);
        builder.HasIndex(attestation => new { attestation.Project, attestation.Model, attestation.Version });
        builder.HasIndex(attestation => new { attestation.Project, attestation.Digest });
        builder.Property(attestation => attestation.Id).HasMaxLength(32);
        builder.Property(attestation => attestation.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(attestation => attestation.Subject).HasMaxLength(80);
        builder.Property(attestation => attestation.PredicateType).HasMaxLength(AttestationBook.PredicateTypeLengthMax);
        builder.Property(attestation => attestation.Digest).HasMaxLength(80);
        builder.Property(attestation => attestation.BundleDigest).HasMaxLength(80);
        builder.Property(attestation => attestation.KeyHint).HasMaxLength(64);
        builder.IsRecorded();
    }
}
