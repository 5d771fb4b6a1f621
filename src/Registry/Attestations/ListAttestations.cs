using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Attestations;

internal static class ListAttestations
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/attestations", Handle).WithName("ListAttestations").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<Page<AttestationSummary>> Handle(
        string name, string version, [AsParameters] PageRequest page, VersionBook versions, AttestationBook book, CancellationToken cancel)
    {
        var about = await versions.Get(name, version, cancel);
        var rows = book.Rows(name, about.Version);
        if (page.AfterId() is { } after)
            rows = rows.Where(row => string.Compare(row.Id, after) > 0);
        var found = await rows.OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(found.ConvertAll(row => row.ToSummary()), row => row.Id);
    }
}
