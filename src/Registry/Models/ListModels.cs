using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Models;

internal static class ListModels
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListModels").RequiresOnAny(RegistryPermissions.Read);

    private static async Task<Page<ModelSummary>> Handle([AsParameters] PageRequest page, AssayDb db, IAccess access, CancellationToken cancel)
    {
        var reach = access.Reach(RegistryPermissions.Read);
        var name = Stage.AliasOf(Stage.Production);
        var production = db.ModelAliases.Where(alias => alias.Alias == name);
        var after = page.Cursor ?? "";
        var models = await reach.Within(db.Models, model => model.Name)
            .Where(model => model.WithdrawnAt == null)
            .Where(model => string.Compare(model.Name, after) > 0)
            .OrderBy(model => model.Name)
            .Take(page.Size + 1)
            .Select(model => new ModelSummary(
                model.Name,
                model.LatestVersion,
                production.Where(alias => alias.Model == model.Name).Select(alias => (int?)alias.Version).FirstOrDefault(),
                model.CreatedAt))
            .ToListAsync(cancel);
        return page.Of(models, model => model.Name);
    }
}
