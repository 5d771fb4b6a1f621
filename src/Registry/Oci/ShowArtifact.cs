using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>A version as it is in the OCI registry.</summary>
/// <param name="Repository"><c>PROJECT/MODEL</c>, in lower case.</param>
/// <param name="Tag">The version's own tag, its number.</param>
/// <param name="Digest">Digest of its manifest, which never changes.</param>
/// <param name="MediaType">Of the manifest.</param>
/// <param name="ArtifactType">Such as ModelPack's.</param>
/// <param name="SizeBytes">Size of the manifest.</param>
/// <param name="Referrers">How many artifacts are about it: its signature, attestations, and what others attached.</param>
public sealed record OciArtifact(
    string Repository, string Tag, string Digest, string MediaType, string? ArtifactType, long SizeBytes, int Referrers)
{
    /// <summary>What to give a client after the host and a slash.</summary>
    public string Reference => $"{Repository}:{Tag}";
}

internal static class ShowArtifact
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapGet("/{name}/versions/{version}/oci", Handle).WithName("ShowArtifact").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<OciArtifact> Handle(
        string name, string version, VersionBook book, VersionArtifacts artifacts, AssayDb db, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        var repository = Repository.NameOf(row.Model)
            ?? throw Refusal.NotFound("OCI repository", row.Model);   // its name has a form that OCI has not, such as two dots
        var manifest = await artifacts.Of(row, cancel);
        await artifacts.AddAttestations(manifest, cancel);
        var referrers = await db.OciManifests.CountAsync(other => other.Model == row.Model && other.Subject == manifest.Digest, cancel);
        return new(
            $"{row.Project}/{repository}",
            row.Version.ToString(CultureInfo.InvariantCulture),
            manifest.Digest,
            manifest.MediaType,
            manifest.ArtifactType,
            manifest.SizeBytes,
            referrers);
    }
}
