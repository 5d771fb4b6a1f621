using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Oci.Manifests;

namespace Assay.Registry.Oci.Pushes;

/// <summary>Takes a manifest: a model becomes a version, an artifact about one becomes its referrer, anything else is refused.</summary>
internal static class PushManifest
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{name}/manifests/{reference}", Handle).Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<IResult> Handle(string name, string reference, HttpContext http, ManifestPush push, PushDesk desk)
    {
        var repository = await desk.Repositories.Find(http, name);
        try
        {
            var bytes = await Read(http);
            var digest = Digest.Of(bytes);
            if (reference.Contains(':', StringComparison.Ordinal) && OciErrors.ReadDigest(reference) != digest)
                throw OciErrors.DigestInvalid($"The manifest has the digest {digest}, not {reference} as the path says.");
            var document = ManifestDocument.Read(bytes, http.Request.ContentType ?? "");
            var (manifest, outcome) = await push.Push(new(repository, reference, bytes, document), digest, http.RequestAborted);
            desk.Meter.Pushed(outcome);
            return Answer(http.Response, repository, manifest);
        }
        catch (Refusal refusal)
        {
            desk.Meter.Pushed("refused");
            await desk.Refused.Record(repository, desk.Caller.Id, reference, refusal);
            throw;
        }
    }

    private static IResult Answer(HttpResponse response, Repository repository, OciManifest manifest)
    {
        response.Headers["Docker-Content-Digest"] = manifest.Digest;
        if (manifest.Subject is not null)
            response.Headers["OCI-Subject"] = manifest.Subject;
        return Results.Created($"{repository.Path}/manifests/{manifest.Digest}", null);
    }

    private static async Task<byte[]> Read(HttpContext http)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[1 << 16];
        int count;
        while ((count = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + count > OciLimits.ManifestBytesMax)
                throw OciErrors.SizeInvalid(StatusCodes.Status413PayloadTooLarge, $"A manifest has at most {OciLimits.ManifestBytesMax >> 20} MiB.");
            buffer.Write(chunk, 0, count);
        }

        return buffer.ToArray();
    }
}

/// <summary>What a push needs besides the pushing.</summary>
internal sealed class PushDesk(Repositories repositories, RefusedPushes refused, Caller caller, OciMeter meter)
{
    public Repositories Repositories => repositories;

    public RefusedPushes Refused => refused;

    public Caller Caller => caller;

    public OciMeter Meter => meter;
}
