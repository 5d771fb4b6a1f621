using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

/// <summary>The versions that a tracked run made, of models that the caller may read; the newest 100.</summary>
internal static class ListVersionsOfRun
{
    private const int VersionsMax = 100;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/runs/{id}/versions", Handle).WithName("ListVersionsOfRun").WithTags("Registry").RequiresOnAny(RegistryPermissions.Read);

    private static async Task<List<ModelVersionSummary>> Handle(string id, AssayDb db, IAccess access, VersionBook book, CancellationToken cancel)
    {
        var reach = access.Reach(RegistryPermissions.Read);
        var versions = await reach.Within(db.ModelVersions, version => version.Model)
            .Where(version => version.RunId == id)
            .OrderByDescending(version => version.CreatedAt)
            .Take(VersionsMax)
            .ToListAsync(cancel);
        return await book.Summarize(versions, cancel);
    }
}
