using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>Waivers of a version, and of the project, newest first.</summary>
internal static class ListWaivers
{
    public static void Map(RouteGroupBuilder models, IEndpointRouteBuilder routes)
    {
        models.MapGet("/{name}/versions/{version}/waivers", OfVersion).WithName("ListVersionWaivers").Requires(RegistryPermissions.Read, resource: "name");
        routes.MapGet("/api/v1/waivers", All).WithTags("Registry").WithName("ListWaivers").RequiresOnAny(RegistryPermissions.Read);
    }

    private static async Task<IReadOnlyList<WaiverSummary>> OfVersion(
        string name, string version, VersionBook book, WaiverView view, CancellationToken cancel) =>
        await view.Of(await book.Get(name, version, cancel), cancel);

    private static async Task<Page<WaiverSummary>> All([AsParameters] PageRequest page, AssayDb db, WaiverView view, IAccess access, CancellationToken cancel)
    {
        var (reach, after) = (access.Reach(RegistryPermissions.Read), page.AfterId());
        var rows = await reach.Within(db.Waivers.AsNoTracking(), row => row.Model)
            .Where(row => after == null || string.Compare(row.Id, after) < 0)
            .OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        var shown = new List<WaiverSummary>();
        foreach (var row in rows)
            shown.Add(await view.Summarize(row, cancel));
        return page.Of(shown, waiver => waiver.Id);
    }
}
