using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Versions;

namespace Assay.Registry.Scans;

/// <summary>Scans a stored version once more: because the rules are newer, or because it never was.</summary>
internal static class ScanVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions/{version}/scan", Handle).WithName("ScanVersion").Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<ModelScanDetail> Handle(
        string name, string version, VersionBook book, ScanBook scans, ScanView view, AssayDb db, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        await scans.Add(row, await scans.ScanStored(row, cancel), cancel);
        await db.SaveChangesAsync(cancel);
        return (await view.Newest(row, cancel))!;
    }
}
