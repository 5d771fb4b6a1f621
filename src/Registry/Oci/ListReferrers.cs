using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Oci.Manifests;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>What says something about a manifest: its signature, attestations, and what others have attached to it.</summary>
internal static class ListReferrers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/referrers/{digest}", Handle).Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<IResult> Handle(
        string name, string digest, HttpContext http, Repositories repositories, AssayDb db, VersionArtifacts artifacts)
    {
        var (cancel, response) = (http.RequestAborted, http.Response);
        var repository = await repositories.Find(http, name);
        var subject = OciErrors.ReadDigest(digest).ToString();
        if (await db.OciManifests.SingleOrDefaultAsync(row => row.Model == repository.Model && row.Digest == subject, cancel) is { } manifest)
            await artifacts.AddAttestations(manifest, cancel);

        var last = (string?)http.Request.Query["last"];
        var filter = (string?)http.Request.Query["artifactType"] is { Length: > 0 } wanted ? wanted : null;
        var rows = await db.OciManifests
            .Where(row => row.Model == repository.Model && row.Subject == subject)
            .Where(row => filter == null || row.ArtifactType == filter)
            .Where(row => last == null || string.Compare(row.Digest, last) > 0)
            .OrderBy(row => row.Digest).Take(OciLimits.ReferrersPage + 1).ToListAsync(cancel);
        if (filter is not null)
            response.Headers["OCI-Filters-Applied"] = "artifactType";
        if (rows.Count > OciLimits.ReferrersPage)
        {
            rows.RemoveAt(OciLimits.ReferrersPage);
            var kept = filter is null ? "" : $"&artifactType={Uri.EscapeDataString(filter)}";
            response.Headers.Link = $"<{repository.Path}/referrers/{subject}?last={Uri.EscapeDataString(rows[^1].Digest)}{kept}>; rel=\"next\"";
        }

        return Results.Json(
            new { schemaVersion = 2, mediaType = MediaTypes.Index, manifests = rows.Select(Describe) }, Json, MediaTypes.Index);
    }

    private static object Describe(OciManifest row) => new
    {
        row.MediaType,
        row.Digest,
        size = row.SizeBytes,
        row.ArtifactType,
        annotations = JsonSerializer.Deserialize<Dictionary<string, string>>(row.AnnotationsJson, AssayJson.Options),
    };
}
