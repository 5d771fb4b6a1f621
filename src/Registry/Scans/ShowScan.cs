using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;

namespace Assay.Registry.Scans;

internal static class ShowScan
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/scan", Handle).WithName("ShowScan").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<ModelScanDetail> Handle(string name, string version, VersionBook book, ScanBook scans, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        return (await scans.Newest(row.Model, row.Version, cancel))?.ToDetail() ?? throw Refusal.NotFound("scan of", $"{row.Model}@{row.Version}");
    }
}
