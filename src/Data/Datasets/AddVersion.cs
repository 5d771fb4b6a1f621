using Assay.Kernel.Idempotency;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Data.Datasets;

/// <summary>The body is the file itself, of up to 2 GiB; it is never held in memory.</summary>
internal static class AddVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions", Handle).WithName("AddDatasetVersion").Requires(DataPermissions.Write, resource: "name")
            .WithMetadata(new DisableRequestSizeLimitAttribute())   // the handler counts, and has a better sentence
            .Accepts<Stream>("application/octet-stream", "text/csv", "application/vnd.apache.parquet")
            .Idempotent();

    private static async Task<Results<Created<DatasetVersionDetail>, Ok<DatasetVersionDetail>>> Handle(
        string name, HttpRequest request, DatasetBook datasets, string format = "csv", bool synthetic = false)
    {
        if (request.ContentLength > Reading.TableLimits.FileBytesMax)
            throw ReceivedFile.TooLarge();

        try
        {
            var (version, isNew) = await datasets.AddOrFind(name, request.Body, format, synthetic, request.HttpContext.RequestAborted);
            return isNew
                ? TypedResults.Created($"/api/v1/datasets/{name}/versions/{version.Version.Version}", version)
                : TypedResults.Ok(version);
        }
        catch (InvalidTableException problem)
        {
            throw Refusal.Invalid("content", problem.Message);
        }
    }
}
