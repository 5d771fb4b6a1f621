using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Monitors;

internal static class ShowMonitor
{
    private const int Shown = 100;
    private const int ResultsMax = 20_000;
    private const int InputsShown = 10;

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}", Handle).WithName("ShowMonitor").Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static async Task<Ok<MonitorDetail>> Handle(
        string endpoint, bool? folded, AssayDb db, WatchedEndpoints watched, CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        return TypedResults.Ok(await Read(db, served, cancel, folded ?? false));
    }

    /// <summary>
    /// The monitor with its latest windows; fewer of them when a model has thousands of features. Folded, all but the newest have
    /// the indexes of their features alone.
    /// </summary>
    public static async Task<MonitorDetail> Read(AssayDb db, ServedEndpoint served, CancellationToken cancel, bool folded = false)
    {
        var endpoint = served.Name;
        var windows = new List<DriftWindow>();
        var results = 0;
        var newestFirst = db.EvaluatedWindows.AsNoTracking()
            .Where(window => window.Endpoint == endpoint)
            .OrderByDescending(window => window.Id)
            .Take(Shown);
        await foreach (var row in newestFirst.AsAsyncEnumerable().WithCancellation(cancel))
        {
            var window = row.ToWindow();
            windows.Add(folded && windows.Count > 0 ? EvaluatedWindow.Fold(window) : window);
            results += window.Features.Count;
            if (results > ResultsMax)
                break;
        }

        var alerts = await db.Alerts.AsNoTracking()
            .Where(alert => alert.Endpoint == endpoint)
            .OrderByDescending(alert => alert.Id)
            .Take(Shown)
            .ToListAsync(cancel);
        var reasons = (await db.ReasonsOf(endpoint, 1, cancel)).FirstOrDefault();
        return new(endpoint, await db.SettingsOf(endpoint, cancel), windows, [.. alerts.Select(alert => alert.ToSummary())])
        {
            KnowsTraining = !served.Baseline.IsUnknown,
            Attribution = reasons is null ? null : reasons with { Inputs = [.. reasons.Inputs.Take(InputsShown)] },
        };
    }
}
