using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Waivers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Assay.Registry.Versions;

internal static class DownloadFile
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/files/{**path}", Handle).WithName("DownloadFile").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<FileStreamHttpResult> Handle(
        string name, string version, string path, VersionBook book, QuarantineDoor door, IBlobs blobs, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        var file = VersionBook.Files(row).SingleOrDefault(file => file.Path == path)
            ?? throw Refusal.NotFound("file", $"{row.Model}@{row.Version}/{path}");
        await door.Pass(row, cancel);
        try
        {
            var content = await blobs.Open(Digest.Parse(file.Digest), cancel);
            return TypedResults.Stream(
                content,
                "application/octet-stream",
                Path.GetFileName(path),
                row.CreatedAt,
                new EntityTagHeaderValue($"\"{file.Digest}\""),
                enableRangeProcessing: true);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw Refusal.Conflict($"{path} of {row.Model} version {row.Version} can't be read: {problem.Message}");
        }
    }
}
