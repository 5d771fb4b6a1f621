using Assay.Kernel;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Oci.Uploads;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci.Pushes;

/// <summary>Decides what a pushed manifest is, and has it done.</summary>
internal sealed class ManifestPush(BlobLinks links, ManifestStore manifests, TagPlacement tags, ModelPush models, ReferrerPush referrers)
{
    /// <summary>The manifest's row; of the very same artifact that is there already, that one.</summary>
    public async Task<(OciManifest Manifest, string Outcome)> Push(PushedManifest pushed, Digest digest, CancellationToken cancel)
    {
        var tag = pushed.Reference.Contains(':', StringComparison.Ordinal) ? null : Tag.Read(pushed.Reference);
        if (await manifests.Find(pushed.Repository.Model, digest.ToString(), cancel) is { } there)
        {
            if (there.Version is { } version)
                await tags.PlaceOnOld(pushed.Repository, tag, version, cancel);
            else
                RefuseTag(tag);
            return (there, "known");
        }

        if (pushed.Document.Subject is not null)
        {
            RefuseTag(tag);
            await CheckBlobs(pushed, cancel);
            return (await referrers.Attach(pushed, cancel), "referrer");
        }

        if (!ModelPush.IsModel(pushed.Document))
        {
            throw OciErrors.Unsupported(
                StatusCodes.Status400BadRequest, $"This artifact ({pushed.Document.Kind ?? pushed.Document.MediaType}) is neither a model ({MediaTypes.Model}) nor about one: other artifacts need the 'subject' of a model that is here.");
        }

        await CheckBlobs(pushed, cancel);
        return (await models.Register(pushed, tag, cancel), "registered");
    }

    private static void RefuseTag(Tag? tag)
    {
        if (tag is not null)
            throw OciErrors.Denied($"'{tag.Name}' would name an artifact about a version; tags name versions. Push it by its digest.");
    }

    private async Task CheckBlobs(PushedManifest pushed, CancellationToken cancel)
    {
        foreach (var blob in pushed.Document.Blobs)
        {
            var digest = Digest.Parse(blob.Digest);
            var there = await links.Find(pushed.Repository.Model, digest, cancel) ?? throw OciErrors.ManifestBlobUnknown(pushed.Repository, digest);
            if (there.SizeBytes != blob.Size)
                throw OciErrors.SizeInvalid(StatusCodes.Status400BadRequest, $"The manifest says that {digest} has {blob.Size} bytes; it has {there.SizeBytes}.");
        }
    }
}
