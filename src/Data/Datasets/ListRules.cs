using Assay.Data.Checks;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data.Datasets;

internal static class ListRules
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/rules", Handle).WithName("ListDatasetRules").Requires(DataPermissions.Read, resource: "name");

    private static async Task<IReadOnlyList<Rule>> Handle(string name, AssayDb db, CancellationToken cancel) =>
        DatasetBook.ReadRules(await db.Datasets.AsNoTracking().SingleOrDefaultAsync(dataset => dataset.Name == name, cancel)
            ?? throw DatasetBook.NotFound(name, null));
}
