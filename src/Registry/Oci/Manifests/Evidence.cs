using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Versions;

namespace Assay.Registry.Oci.Manifests;

/// <summary>A manifest that says something about a version's manifest: one bundle, as its only layer.</summary>
internal sealed record Evidence(byte[] Manifest, IReadOnlyList<Descriptor> Blobs, string ArtifactType, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>The configuration of an artifact that has none: two bytes that every OCI client knows.</summary>
    public static readonly byte[] NoConfig = "{}"u8.ToArray();

    private const string SignaturePredicate = "https://model_signing/signature/v1.0";

    /// <summary>The version's OpenSSF signature; null when it has none.</summary>
    public static Evidence? OfSignature(ModelVersion version, Descriptor subject) =>
        VersionBook.Files(version).Find(file => file.Path == PackageFiles.Signature) is { } file
            ? Of(subject, Bundle(file.Digest, file.SizeBytes, PackageFiles.Signature), SignaturePredicate, version.CreatedAt)
            : null;

    /// <summary>A signed statement about the version.</summary>
    public static Evidence OfAttestation(AttestationSummary attestation, Descriptor subject) => Of(
        subject,
        Bundle(attestation.BundleDigest, attestation.BundleSizeBytes, $"{attestation.Id}.sigstore.json"),
        attestation.PredicateType,
        attestation.At);

    private static Evidence Of(Descriptor subject, Descriptor bundle, string predicateType, DateTimeOffset at)
    {
        var annotations = new Dictionary<string, string>
        {
            [MediaTypes.Created] = VersionManifest.Time(at),
            ["dev.sigstore.bundle.content"] = "dsse-envelope",
            ["dev.sigstore.bundle.predicateType"] = predicateType,
        };
        var config = VersionManifest.Describe(MediaTypes.Empty, NoConfig);
        var manifest = VersionManifest.Write(MediaTypes.SigstoreBundle, config, [bundle], subject, annotations);
        return new(manifest, [config, bundle], MediaTypes.SigstoreBundle, annotations);
    }

    private static Descriptor Bundle(string digest, long sizeBytes, string title) =>
        new(MediaTypes.SigstoreBundle, digest, sizeBytes, new Dictionary<string, string> { [MediaTypes.Title] = title });
}
