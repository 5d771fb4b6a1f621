using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Registry.Oci.Pushes;
using Assay.Registry.Versions;
using Microsoft.Net.Http.Headers;

namespace Assay.Registry.Oci.Manifests;

/// <summary>A manifest by its tag (a version's number, an alias, <c>latest</c>, a stage; with <c>-image</c> at its end as a container image) or by its digest.</summary>
internal static class ReadManifest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapMethods("/{name}/manifests/{reference}", [HttpMethods.Get, HttpMethods.Head], Handle).Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<IResult> Handle(
        string name, string reference, HttpContext http, Repositories repositories, ManifestReader reader, GuardedArtifacts guard)
    {
        var repository = await repositories.Get(http, name);
        var manifest = await reader.Get(repository, reference, http.RequestAborted);
        if (!Accepts(http.Request, manifest.MediaType))
        {
            throw Kernel.Refusals.Refusal.Foreign(
                StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", $"{reference} is a {manifest.MediaType}, which the request's Accept header leaves out. Ask for it, or for */*.");
        }

        await guard.Pass(manifest, http.RequestAborted);
        var content = await reader.Open(repository, manifest.Digest, http.RequestAborted);
        http.Response.Headers["Docker-Content-Digest"] = manifest.Digest;
        if (HttpMethods.IsGet(http.Request.Method))
            http.RequestServices.GetRequiredService<OciMeter>().Pulled();
        return Results.Stream(content, manifest.MediaType, entityTag: new EntityTagHeaderValue($"\"{manifest.Digest}\""));
    }

    private static bool Accepts(HttpRequest request, string mediaType)
    {
        var accept = request.GetTypedHeaders().Accept;
        return accept.Count == 0 || accept.Any(range => range.MatchesAllTypes || MediaTypeHeaderValue.Parse(mediaType).IsSubsetOf(range));
    }
}

/// <summary>Finds and opens what a repository has.</summary>
internal sealed class ManifestReader(VersionBook book, VersionArtifacts artifacts, ManifestStore store, IBlobs blobs)
{
    public async Task<OciManifest> Get(Repository repository, string reference, CancellationToken cancel)
    {
        if (reference.Contains(':', StringComparison.Ordinal))
        {
            return await store.Find(repository.Model, OciErrors.ReadDigest(reference).ToString(), cancel)
                ?? throw OciErrors.ManifestUnknown(repository, reference);
        }

        if (!Tag.IsTag(reference))
            throw OciErrors.ManifestUnknown(repository, reference);
        if (await book.Find(repository.Model, reference, cancel) is { } version)
            return await artifacts.Of(version, cancel);
        return reference.EndsWith(ImageForm.Suffix, StringComparison.OrdinalIgnoreCase)
            && await book.Find(repository.Model, reference[..^ImageForm.Suffix.Length], cancel) is { } packed
            ? await artifacts.ImageOf(packed, cancel)
            : throw OciErrors.ManifestUnknown(repository, reference);
    }

    public async Task<Stream> Open(Repository repository, string digest, CancellationToken cancel)
    {
        try
        {
            return await blobs.Open(Digest.Parse(digest), cancel);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Kernel.Refusals.Refusal.Foreign(StatusCodes.Status409Conflict, "BLOB_UNKNOWN", $"{digest} of {repository} can't be read: {problem.Message}");
        }
    }
}
