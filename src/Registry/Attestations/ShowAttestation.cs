using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Signatures;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Attestations;

/// <summary>One statement as a sigstore bundle, by its id or digest.</summary>
internal static class ShowAttestation
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/attestations/{id}", Handle).WithName("ShowAttestation").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<FileStreamHttpResult> Handle(
        string name, string version, string id, VersionBook versions, AttestationBook book, IBlobs blobs, CancellationToken cancel)
    {
        var about = await versions.Get(name, version, cancel);
        var row = await book.Get(name, about.Version, id, cancel);
        try
        {
            return TypedResults.Stream(await blobs.Open(Digest.Parse(row.BundleDigest), cancel), SigstoreBundle.MediaType, lastModified: row.At);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Refusal.Conflict($"Attestation {row.Id} of {name} version {about.Version} can't be read: {problem.Message}");
        }
    }
}
