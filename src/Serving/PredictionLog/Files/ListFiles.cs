using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Serving.PredictionLog.Reading;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>A Parquet file of an endpoint's calls.</summary>
/// <param name="Id">For its download.</param>
/// <param name="Hour">The hour in which its calls began, by its beginning.</param>
/// <param name="From">Beginning of the first call.</param>
/// <param name="To">Beginning of the last call.</param>
/// <param name="Model">Name of the model; null for calls that reached none.</param>
/// <param name="Version">Version of the model.</param>
/// <param name="ModelDigest">Root digest of the version's package.</param>
/// <param name="Digest">Digest of the file; the ledger has it, too.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Calls">Calls in it.</param>
/// <param name="Failures">Those among them that were not answered with predictions.</param>
/// <param name="Rows">Rows in it: one per row that was asked about, and one per call without any.</param>
public sealed record PredictionFileSummary(
    string Id,
    DateTimeOffset Hour,
    DateTimeOffset From,
    DateTimeOffset To,
    string? Model,
    int? Version,
    string? ModelDigest,
    string Digest,
    long SizeBytes,
    long Calls,
    long Failures,
    long Rows);

internal static class ListFiles
{
    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/prediction-files", Handle)
        .WithName("ListPredictionFiles")
        .WithSummary("The files of an endpoint's prediction log, newest first.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<Page<PredictionFileSummary>> Handle(
        string name, DateTimeOffset? from, DateTimeOffset? to, [AsParameters] PageRequest page, AssayDb db, LogReader reader, CancellationToken cancel)
    {
        var after = page.AfterId();
        await reader.Demand(name, cancel);
        var rows = db.PredictionFiles.AsNoTracking().Where(row => row.Endpoint == name);
        if (from?.ToUniversalTime() is { } first)
            rows = rows.Where(row => row.To >= first);
        if (to?.ToUniversalTime() is { } last)
            rows = rows.Where(row => row.From < last);
        if (after is not null)
            rows = rows.Where(row => string.Compare(row.Id, after) < 0);
        var found = await rows.OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(Summary), file => file.Id);
    }

    public static PredictionFileSummary Summary(PredictionFile row) => new(
        row.Id, row.Hour, row.From, row.To, row.Model, row.Version, row.ModelDigest, row.Digest, row.SizeBytes, row.Calls, row.Failures, row.Rows);
}
