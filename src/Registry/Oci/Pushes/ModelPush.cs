using Assay.Governance;
using Assay.Kernel.Homes;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Versions;

namespace Assay.Registry.Oci.Pushes;

/// <summary>
/// Makes a version of an artifact that somebody pushed: its files go the way of any upload, and the manifest stays as it
/// came, byte for byte, as the version's own.
/// </summary>
internal sealed class ModelPush(
    Registration registration, ManifestStore manifests, TagPlacement tags, LayerFiles layers, AssayHome home, ILedger ledger)
{
    /// <summary>Whether an artifact is a model: ModelPack, or an image that carries one in its file system.</summary>
    public static bool IsModel(ManifestDocument document) =>
        document.Layers is not null
        && (document.ArtifactType == MediaTypes.Model || document.Config?.MediaType is MediaTypes.ModelConfig or MediaTypes.ImageConfig);

    public async Task<OciManifest> Register(PushedManifest pushed, Tag? tag, CancellationToken cancel)
    {
        await tags.CheckForNew(pushed.Repository, tag, cancel);
        var folder = home.MakeWorkFolder("push");
        try
        {
            var package = await layers.Unpack(pushed.Document, folder, cancel);
            OciManifest? manifest = null;
            await registration.Register(
                new NewVersion(pushed.Repository.Model, new Dictionary<string, double>()),
                package,
                async version => manifest = await Keep(pushed, tag, version, cancel),
                cancel);
            return manifest!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In the transaction of the version itself.</summary>
    private async Task<OciManifest> Keep(PushedManifest pushed, Tag? tag, ModelVersion version, CancellationToken cancel)
    {
        await tags.PlaceOnNew(pushed.Repository, tag, version.Version, cancel);
        var manifest = await manifests.Add(
            version.Model, pushed.Bytes, pushed.Document.Blobs, pushed.Facts(ManifestRole.Model, version.Version), cancel);
        await manifests.AddSignature(version, manifest, cancel);
        ledger.Append(new OciModelPushed(version.Model, version.Version, version.Digest, manifest.Digest, pushed.Reference));
        return manifest;
    }
}
