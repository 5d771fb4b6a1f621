using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Attestations;

/// <summary>Every statement about a version, oldest first: one DSSE envelope a line, whose SHA-256 is the statement's digest.</summary>
internal static class DownloadAttestations
{
    private const string MediaType = "application/vnd.in-toto.bundle";

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/attestations.intoto.jsonl", Handle).WithName("DownloadAttestations").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<FileContentHttpResult> Handle(
        string name, string version, VersionBook versions, IAttestations attestations, IBlobs blobs, CancellationToken cancel)
    {
        var about = await versions.Get(name, version, cancel);
        var lines = new MemoryStream();
        foreach (var attestation in await attestations.List(name, about.Version, cancel))
        {
            try
            {
                await using var envelope = await blobs.Open(Digest.Parse(attestation.Digest), cancel);
                await envelope.CopyToAsync(lines, cancel);
                lines.WriteByte((byte)'\n');
            }
            catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
            {
                throw Refusal.Conflict($"Attestation {attestation.Id} of {name} version {about.Version} can't be read: {problem.Message}");
            }
        }

        return TypedResults.Bytes(lines.ToArray(), MediaType, $"{name}-{about.Version}.intoto.jsonl");
    }
}
