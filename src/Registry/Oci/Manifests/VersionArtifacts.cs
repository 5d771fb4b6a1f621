using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Manifests;

/// <summary>
/// Finds the manifest of a version. It is written when somebody asks for it the first time, so that versions of any age
/// have one, and never again: its digest stays. Attestations become referrers likewise, when somebody asks for referrers.
/// </summary>
internal sealed class VersionArtifacts(AssayDb db, ProjectScope project, IServiceScopeFactory scopes, IAttestations attestations)
{
    /// <summary>The version's own manifest.</summary>
    public Task<OciManifest> Of(ModelVersion version, CancellationToken cancel) =>
        Of(version, ManifestRole.Model, store => store.AddVersion(version, cancel), cancel);

    /// <summary>The version as a container image.</summary>
    public Task<OciManifest> ImageOf(ModelVersion version, CancellationToken cancel) =>
        Of(version, ManifestRole.Image, store => store.AddImage(version, cancel), cancel);

    private async Task<OciManifest> Of(ModelVersion version, ManifestRole role, Func<ManifestStore, Task> add, CancellationToken cancel)
    {
        if (await Find(version, role, cancel) is { } written)
            return written;
        await Write(services => add(services.GetRequiredService<ManifestStore>()), cancel);
        return await Find(version, role, cancel) ?? throw Refusal.Unavailable($"The manifest of {version.Model} version {version.Version} could not be written. Try again.");
    }

    /// <summary>Writes the referrers of attestations that were made since somebody asked last.</summary>
    public async Task AddAttestations(OciManifest manifest, CancellationToken cancel)
    {
        if (manifest is not { Role: ManifestRole.Model, Version: { } version })
            return;
        var subject = ManifestStore.DescriptorOf(manifest);
        var evidence = (await attestations.List(manifest.Model, version, cancel)).ToDictionary(
            attestation => attestation.Id, attestation => Evidence.OfAttestation(attestation, subject));
        var there = await db.OciManifests.Where(row => row.Model == manifest.Model && row.Subject == manifest.Digest)
            .Select(row => row.Digest).ToListAsync(cancel);
        var missing = evidence.Values.Where(one => !there.Contains(Digest.Of(one.Manifest).ToString())).ToList();
        if (missing.Count == 0)
            return;

        await Write(
            async services =>
            {
                var written = new List<string>();
                foreach (var one in missing)
                    written.Add((await services.GetRequiredService<ManifestStore>().AddEvidence(manifest.Model, manifest.Digest, one, cancel)).Digest);
                services.GetRequiredService<ILedger>().Append(new OciEvidenceWritten(manifest.Model, manifest.Digest, written));
            },
            cancel);
    }

    private Task<OciManifest?> Find(ModelVersion version, ManifestRole role, CancellationToken cancel) =>
        db.OciManifests.SingleOrDefaultAsync(row => row.Model == version.Model && row.Version == version.Version && row.Role == role, cancel);

    /// <summary>In a scope of its own: it is the registry that writes, whoever asked.</summary>
    private async Task Write(Func<IServiceProvider, Task> add, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project.Name!, "system:registry");
        await add(scope.ServiceProvider);
        try
        {
            await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))
        {
            // Another request wrote the same at the same moment: whoever called looks again.
        }
    }
}
