using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci;

/// <summary>Repositories of the project that the request has entered: <c>default</c>, or that of a <c>/projects/NAME</c> prefix.</summary>
internal static class ListRepositories
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/_catalog", Handle).RequiresOnAny(RegistryPermissions.Read);

    private static async Task<IResult> Handle(HttpContext http, AssayDb db, IAccess access, ProjectScope project)
    {
        var reach = access.Reach(RegistryPermissions.Read);
        var models = await reach.Within(db.Models, model => model.Name).Select(model => model.Name).ToListAsync(http.RequestAborted);
        var names = models.Select(Repository.NameOf).OfType<string>().Select(name => $"{project.Name}/{name}");
        return Results.Json(new { repositories = OciPage.Of(names, $"{http.Request.PathBase}/v2/_catalog", http) }, AssayJson.Options);
    }
}
