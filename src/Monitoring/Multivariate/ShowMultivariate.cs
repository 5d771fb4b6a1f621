using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Multivariate;

/// <summary>Shows the comparisons of all features together, and makes one.</summary>
internal static class ShowMultivariate
{
    private const int Shown = 100;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{endpoint}/multivariate", Handle).WithName("ShowMultivariate").Requires(MonitoringPermissions.Read, resource: "endpoint");
        group.MapPost("/{endpoint}/multivariate", Compare).WithName("CompareMultivariate").Requires(MonitoringPermissions.Write, resource: "endpoint");
    }

    private static async Task<Ok<MultivariateReport>> Handle(string endpoint, AssayDb db, WatchedEndpoints watched, CancellationToken cancel)
    {
        watched.Require(endpoint);
        var rows = await db.NewestComparisons<ComparedRows>(endpoint, Shown, cancel);
        return TypedResults.Ok(new MultivariateReport(endpoint, (await db.SettingsOf(endpoint, cancel)).Multivariate, rows.ConvertAll(row => row.Result)));
    }

    private static async Task<Ok<MultivariateResult>> Compare(string endpoint, WatchedEndpoints watched, MultivariateWatch watch, CancellationToken cancel)
    {
        var (result, unknown) = await watch.Run(watched.Require(endpoint), cancel);
        return TypedResults.Ok(result ?? throw Refusal.Conflict(unknown!));
    }
}
