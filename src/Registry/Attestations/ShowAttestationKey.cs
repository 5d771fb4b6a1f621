using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Attestations;

/// <summary>The public key that checks statements whose key hint is this one; it stays after the installation has another.</summary>
internal static class ShowAttestationKey
{
    private const string MediaType = "application/x-pem-file";

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/attestations/keys/{hint}", Handle).WithName("ShowAttestationKey").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<FileStreamHttpResult> Handle(
        string name, string version, string hint, VersionBook versions, AttestationBook book, IBlobs blobs, CancellationToken cancel)
    {
        var about = await versions.Get(name, version, cancel);
        if (!Digest.TryParse(hint, null, out var digest) || !await book.Rows(name, about.Version).AnyAsync(row => row.KeyHint == digest.Hex, cancel))
            throw Refusal.NotFound("key of an attestation", $"{name}@{about.Version}/{hint}");
        try
        {
            return TypedResults.Stream(await blobs.Open(digest, cancel), MediaType);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Refusal.Conflict($"The key {hint} can't be read: {problem.Message}");
        }
    }
}
