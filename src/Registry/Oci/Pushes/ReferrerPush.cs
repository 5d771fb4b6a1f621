using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Oci.Manifests;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Pushes;

/// <summary>Keeps an artifact about a manifest of the repository, such as somebody's signature or bill of materials.</summary>
internal sealed class ReferrerPush(AssayDb db, ManifestStore manifests, ILedger ledger)
{
    public async Task<OciManifest> Attach(PushedManifest pushed, CancellationToken cancel)
    {
        var (model, subject) = (pushed.Repository.Model, pushed.Document.Subject!.Digest);
        if (await manifests.Find(model, subject, cancel) is null)
            throw OciErrors.ManifestUnknown(pushed.Repository, subject);
        if (await db.OciManifests.CountAsync(row => row.Model == model && row.Subject == subject, cancel) >= OciLimits.ReferrersMax)
            throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"{subject} has {OciLimits.ReferrersMax} referrers, which is the limit.");
        foreach (var child in pushed.Document.Manifests ?? [])
        {
            if (await manifests.Find(model, child!.Digest, cancel) is null)
                throw OciErrors.ManifestBlobUnknown(pushed.Repository, Digest.Parse(child.Digest));
        }

        var manifest = await manifests.Add(model, pushed.Bytes, pushed.Document.Blobs, pushed.Facts(ManifestRole.Attached, null), cancel);
        ledger.Append(new OciReferrerPushed(model, manifest.Digest, subject, pushed.Document.Kind));
        await db.SaveChangesAsync(cancel);
        return manifest;
    }
}
