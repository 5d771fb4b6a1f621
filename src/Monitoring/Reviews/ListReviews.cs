using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Reviews;

internal static class ListReviews
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{name}/reviews", Waiting)
            .WithName("ListReviews")
            .WithSummary("Predictions that wait for a human: uncertain, drifting or contested ones.")
            .Requires(ServingPermissions.PredictionsRead, resource: "name");
        group.MapGet("/{name}/verdicts", Decided)
            .WithName("ListVerdicts")
            .WithSummary("What humans decided about predictions, newest first.")
            .Requires(ServingPermissions.PredictionsRead, resource: "name");
    }

    private static async Task<Page<ReviewSummary>> Waiting(
        string name, [AsParameters] PageRequest page, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        await Demand(name, watched, db, cancel);
        var after = page.AfterId() ?? "";
        var rows = await db.Reviews.AsNoTracking()
            .Where(row => row.Endpoint == name && string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => row.ToSummary()), row => row.Id);
    }

    private static async Task<Page<VerdictSummary>> Decided(
        string name, [AsParameters] PageRequest page, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        await Demand(name, watched, db, cancel);
        var rows = db.Verdicts.AsNoTracking().Where(row => row.Endpoint == name);
        if (page.AfterId() is { } before)
            rows = rows.Where(row => string.Compare(row.Id, before) < 0);
        var found = await rows.OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(row => row.ToSummary()), row => row.Id);
    }

    // What a deleted endpoint left is shown: verdicts are kept for good.
    private static async Task Demand(string name, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        if (!watched.Has(name)
            && !await db.Reviews.AnyAsync(row => row.Endpoint == name, cancel)
            && !await db.Verdicts.AnyAsync(row => row.Endpoint == name, cancel))
            throw Refusal.NotFound("endpoint", name);
    }
}
