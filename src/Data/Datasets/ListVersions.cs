using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data.Datasets;

/// <summary>Newest first.</summary>
internal static class ListVersions
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}", Handle).WithName("ListDatasetVersions").Requires(DataPermissions.Read, resource: "name");

    private static async Task<Page<DatasetVersionSummary>> Handle(
        string name, [AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        if (!await db.Datasets.AnyAsync(dataset => dataset.Name == name, cancel))
            throw DatasetBook.NotFound(name, null);

        var before = page.Cursor is null ? int.MaxValue : Parse(page.Cursor);
        var rows = await db.DatasetVersions
            .Where(version => version.Dataset == name && version.Version < before)
            .OrderByDescending(version => version.Version)
            .Take(page.Size + 1)
            .Select(DatasetVersion.ToSummary)
            .ToListAsync(cancel);
        return page.Of(rows, version => version.Version.ToString(CultureInfo.InvariantCulture));
    }

    private static int Parse(string cursor) => int.TryParse(cursor, CultureInfo.InvariantCulture, out var version)
        ? version
        : throw Refusal.Invalid("cursor", $"'{cursor}' is no cursor of this list. Pass nextCursor of the page before.");
}
