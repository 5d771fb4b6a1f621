using Assay.Data.Reading;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Assay.Data.Datasets;

/// <summary>The file, byte for byte as it came.</summary>
internal static class DownloadVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/content", Handle).WithName("DownloadDatasetVersion").Requires(DataPermissions.Read, resource: "name");

    private static async Task<FileStreamHttpResult> Handle(
        string name, string version, IDatasets datasets, CancellationToken cancel)
    {
        var found = (await ShowVersion.Find(datasets, name, version, cancel)).Version;
        var content = await datasets.Open(name, found.Version, cancel);
        return TypedResults.Stream(
            content,
            found.Format == TableFormats.Csv ? "text/csv; charset=utf-8" : "application/vnd.apache.parquet",
            $"{name}-{found.Version}.{found.Format}",
            entityTag: new EntityTagHeaderValue($"\"{found.Digest}\""),
            enableRangeProcessing: true);
    }
}
