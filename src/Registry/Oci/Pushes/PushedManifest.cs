using Assay.Registry.Oci.Manifests;

namespace Assay.Registry.Oci.Pushes;

/// <summary>A manifest as it came in, and where to.</summary>
internal sealed record PushedManifest(Repository Repository, string Reference, byte[] Bytes, ManifestDocument Document)
{
    public ManifestFacts Facts(ManifestRole role, int? version) => new(
        Document.MediaType!, Document.Kind, role, version, Document.Subject?.Digest, Document.Annotations ?? new Dictionary<string, string>());
}
