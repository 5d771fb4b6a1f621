using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Oci.Uploads;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Manifests;

/// <summary>Writes manifests: the bytes as a blob, what a list needs as a row. The caller appends the event and saves.</summary>
internal sealed class ManifestStore(AssayDb db, IBlobs blobs, BlobLinks links, ImageForm images, ILedger ledger, TimeProvider clock)
{
    /// <summary>Writes a version's own manifest, and its signature as a referrer.</summary>
    public async Task<OciManifest> AddVersion(ModelVersion version, CancellationToken cancel)
    {
        var form = VersionManifest.Of(version);
        await blobs.Put(new MemoryStream(form.Config), cancel);
        var row = await Add(
            version.Model, form.Manifest, form.Blobs,
            new(MediaTypes.Manifest, MediaTypes.Model, ManifestRole.Model, version.Version, null, form.Annotations), cancel);
        await AddSignature(version, row, cancel);
        ledger.Append(new OciManifestWritten(version.Model, version.Version, version.Digest, row.Digest));
        return row;
    }

    /// <summary>Writes a version's container image.</summary>
    public async Task<OciManifest> AddImage(ModelVersion version, CancellationToken cancel)
    {
        var image = await images.Write(version, cancel);
        var row = await Add(
            version.Model, image.Manifest, image.Blobs,
            new(MediaTypes.Manifest, MediaTypes.ImageConfig, ManifestRole.Image, version.Version, null, image.Annotations), cancel);
        ledger.Append(new OciManifestWritten(version.Model, version.Version, version.Digest, row.Digest));
        return row;
    }

    /// <summary>Writes the referrer with the signature of a version, whatever its manifest is.</summary>
    public async Task AddSignature(ModelVersion version, OciManifest manifest, CancellationToken cancel)
    {
        if (Evidence.OfSignature(version, DescriptorOf(manifest)) is { } signature)
            await AddEvidence(version.Model, manifest.Digest, signature, cancel);
    }

    public async Task<OciManifest> AddEvidence(string model, string subject, Evidence evidence, CancellationToken cancel)
    {
        await blobs.Put(new MemoryStream(Evidence.NoConfig), cancel);
        return await Add(
            model, evidence.Manifest, evidence.Blobs,
            new(MediaTypes.Manifest, evidence.ArtifactType, ManifestRole.Evidence, null, subject, evidence.Annotations), cancel);
    }

    public async Task<OciManifest> Add(string model, byte[] bytes, IReadOnlyCollection<Descriptor> named, ManifestFacts facts, CancellationToken cancel)
    {
        var blob = await blobs.Put(new MemoryStream(bytes), cancel);
        await links.Name(model, named, cancel);
        var row = new OciManifest
        {
            Model = model,
            Digest = blob.Digest.ToString(),
            MediaType = facts.MediaType,
            ArtifactType = facts.ArtifactType,
            Role = facts.Role,
            Version = facts.Version,
            Subject = facts.Subject,
            SizeBytes = blob.SizeBytes,
            AnnotationsJson = JsonSerializer.Serialize(facts.Annotations, AssayJson.Options),
            CreatedAt = clock.GetUtcNow(),
        };
        db.OciManifests.Add(row);
        return row;
    }

    public Task<OciManifest?> Find(string model, string digest, CancellationToken cancel) =>
        db.OciManifests.SingleOrDefaultAsync(row => row.Model == model && row.Digest == digest, cancel);

    public static Descriptor DescriptorOf(OciManifest manifest) => new(manifest.MediaType, manifest.Digest, manifest.SizeBytes);
}

/// <summary>What is noted of a manifest besides its bytes.</summary>
internal sealed record ManifestFacts(
    string MediaType, string? ArtifactType, ManifestRole Role, int? Version, string? Subject, IReadOnlyDictionary<string, string> Annotations);
