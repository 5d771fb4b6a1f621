using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.PredictionLog.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Assay.Serving.PredictionLog.Files;

internal static class DownloadFile
{
    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/prediction-files/{file}/content", Handle)
        .WithName("DownloadPredictionFile")
        .WithSummary("A file of the prediction log, as Parquet; that it was taken is in the ledger.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<FileStreamHttpResult> Handle(
        string name, string file, AssayDb db, IBlobs blobs, ILedger ledger, CancellationToken cancel)
    {
        var row = await db.PredictionFiles.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == name && row.Id == file, cancel)
            ?? throw Refusal.NotFound("file of predictions", file);
        var content = await blobs.Open(Digest.Parse(row.Digest), cancel);
        try
        {
            ledger.Append(new PredictionsExported(name, row.Id, row.Digest, row.Calls));
            await db.SaveChangesAsync(cancel);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        return TypedResults.Stream(
            content,
            "application/vnd.apache.parquet",
            string.Create(CultureInfo.InvariantCulture, $"{name}-{row.Hour:yyyyMMdd'T'HH'Z'}-{row.Id}.parquet"),
            entityTag: new EntityTagHeaderValue($"\"{row.Digest}\""));
    }
}
