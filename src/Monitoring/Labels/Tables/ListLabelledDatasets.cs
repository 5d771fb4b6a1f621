using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Monitors;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels.Tables;

internal static class ListLabelledDatasets
{
    private const int Shown = 100;

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/labelled-datasets", Handle)
        .WithName("ListLabelledDatasets")
        .WithSummary("The newest versions of datasets that were made of the endpoint's labelled predictions.")
        .Requires(MonitoringPermissions.Read, resource: "name");

    private static async Task<IReadOnlyList<LabelledDatasetSummary>> Handle(string name, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        watched.Require(name);
        var rows = await db.LabelledDatasets.AsNoTracking().Where(row => row.Endpoint == name)
            .OrderByDescending(row => row.MadeAt).ThenByDescending(row => row.Version).Take(Shown).ToListAsync(cancel);
        return [.. rows.GroupBy(row => (row.Dataset, row.Version, row.MadeAt)).Select(made => new LabelledDatasetSummary(
            made.Key.Dataset, made.Key.Version, name, made.Key.MadeAt,
            [.. made.OrderBy(row => row.ModelVersion).Select(row => new PredictedRows(row.Model, row.ModelVersion, row.Rows, row.From, row.To))]))];
    }
}
