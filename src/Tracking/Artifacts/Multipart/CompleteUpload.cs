using System.Collections.Concurrent;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>
/// Makes one file of the parts that the client names. A client that gave up waiting and asks again waits on for the same
/// work, and one that asks once more after the end is told that the file is there.
/// </summary>
internal static class CompleteUpload
{
    public static void Map(RouteGroupBuilder proxy) =>
        proxy.MapOperation("POST", "/mpu/complete/{**path}", Handle, TrackingPermissions.Write).WithMetadata(ArtifactOwner.OfPath);

    private static async Task Handle(MlflowCall call)
    {
        var path = BeginUpload.FileOf(call);
        var id = call.Fields.RequiredText("upload_id");
        if (call.Get<PartUploads>().Find(call.Project, id) is not { } upload || upload.Path != path.Text)
            throw SendPart.Ended(id);
        if (!upload.IsComplete)
        {
            var digests = Named(call, call.Get<PartUploads>().Parts(call.Project, id));
            var work = new PartJoin(call.Project, call.Caller, path, id, digests);
            await call.Get<PartJoins>().Run(work).WaitAsync(call.Cancel);
        }

        await call.Answer();
    }

    /// <summary>Digests of the parts in their order.</summary>
    private static List<Digest> Named(MlflowCall call, Dictionary<long, PartRow> arrived)
    {
        var parts = call.Fields.List("parts").Select(part => (Number: NumberOf(part), Etag: part.TextOf("etag", "parts.etag") ?? "")).OrderBy(part => part.Number).ToList();
        if (parts.Count == 0)
            throw MlflowError.Missing("parts");
        var (digests, size) = (new List<Digest>(), 0L);
        for (var i = 0; i < parts.Count; i++)
        {
            var (number, etag) = parts[i];
            if (i > 0 && parts[i - 1].Number == number)
                throw MlflowError.Invalid($"The part {number} is named twice.");
            if (!arrived.TryGetValue(number, out var part) || Digest.Parse(part.Digest) is var digest && digest.Hex != etag.Trim('"'))
                throw MlflowError.Invalid($"The part {number} has not arrived, or another one came in its place since: send it again, and name it by the ETag of the answer.");
            digests.Add(digest);
            size += part.SizeBytes;
        }

        return size <= ProxyRoutes.FileBytesMax ? digests : throw MlflowError.Invalid($"The parts have {size} bytes together. A file has at most {ProxyRoutes.FileBytesMax >> 30} GiB.");
    }

    private static long NumberOf(JsonElement part) =>
        part.Member("part_number") is { } number ? JsonFields.Integer(number, "parts.part_number") : throw MlflowError.Missing("parts.part_number");
}

/// <summary>Which parts make which file.</summary>
internal sealed record PartJoin(string Project, string Caller, ArtifactPath Path, string Upload, List<Digest> Parts);

/// <summary>Puts parts together: each upload once, whoever asks meanwhile, and to its end though nobody waits any more.</summary>
internal sealed class PartJoins(FileStore files, PartUploads uploads, IBlobs blobs)
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _running = new(StringComparer.Ordinal);

    public Task Run(PartJoin work) => _running.GetOrAdd(work.Upload, _ => new(() => Join(work))).Value;

    private async Task Join(PartJoin work)
    {
        await Task.Yield();   // so that it is on the list when it takes itself off
        try
        {
            await using var whole = new JoinedParts(work.Parts, blobs);
            await files.Store(work.Project, work.Caller, work.Path, whole, CancellationToken.None);
            await uploads.Finish(work.Project, work.Upload);
        }
        finally
        {
            _running.TryRemove(work.Upload, out _);
        }
    }
}
