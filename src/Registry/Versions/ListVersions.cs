using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Retention;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

internal static class ListVersions
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}", Handle).WithName("ListVersions").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<Page<ModelVersionSummary>> Handle(
        string name, [AsParameters] PageRequest page, AssayDb db, VersionBook book, CancellationToken cancel)
    {
        if (!await db.Models.AnyAsync(model => model.Name == name, cancel))
            throw Refusal.NotFound("model", name);

        // Newest first: the cursor is the number of the last version that was given.
        var below = page.BelowNumber();
        var versions = await db.ModelVersions
            .Where(version => version.Model == name && version.Version < below)
            .OrderByDescending(version => version.Version)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        var deleted = await db.DeletedVersions.AsNoTracking()
            .Where(version => version.Model == name && version.Version < below)
            .OrderByDescending(version => version.Version)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        var all = (await book.Summarize(versions, cancel)).Concat(deleted.Select(Summarize))
            .OrderByDescending(version => version.Version).Take(page.Size + 1).ToList();
        return page.Of(all, version => version.Version.ToString(CultureInfo.InvariantCulture));
    }

    private static ModelVersionSummary Summarize(DeletedVersion version) => new(
        version.Model, version.Version, version.Digest, "", "Deleted", [], new Dictionary<string, double>(), null, null, null, version.RegisteredAt,
        Signed: false, DeletedAt: version.DeletedAt);
}
