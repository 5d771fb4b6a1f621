using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data.Datasets;

internal static class ListDatasets
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListDatasets").RequiresOnAny(DataPermissions.Read);

    private static async Task<Page<DatasetSummary>> Handle([AsParameters] PageRequest page, AssayDb db, IAccess access, CancellationToken cancel)
    {
        var reach = access.Reach(DataPermissions.Read);
        var datasets = reach.Within(db.Datasets, dataset => dataset.Name);
        if (page.Cursor is { } cursor)
            datasets = datasets.Where(dataset => dataset.Name.CompareTo(cursor) > 0);
        var rows = await datasets
            .OrderBy(dataset => dataset.Name)
            .Take(page.Size + 1)
            .Select(dataset => new DatasetSummary(dataset.Name, dataset.LatestVersion, dataset.CreatedAt))
            .ToListAsync(cancel);
        return page.Of(rows, dataset => dataset.Name);
    }
}
