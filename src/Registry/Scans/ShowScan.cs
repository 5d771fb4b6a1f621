using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;

namespace Assay.Registry.Scans;

internal static class ShowScan
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/scan", Handle).WithName("ShowScan").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<ModelScanDetail> Handle(string name, string version, VersionBook book, ScanView view, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        return await view.Newest(row, cancel) ?? throw Refusal.NotFound("scan of", $"{row.Model}@{row.Version}");
    }
}

/// <summary>Shows the newest scan of a version with what was waived of it.</summary>
internal sealed class ScanView(ScanBook scans, Quarantine quarantine, WaiverView waivers)
{
    public async Task<ModelScanDetail?> Newest(ModelVersion version, CancellationToken cancel) =>
        (await scans.Newest(version.Model, version.Version, cancel))?.ToDetail() is { } scan
            ? scan with { Quarantine = (await quarantine.Standing(version, atGate: true, cancel)).Reason, Waivers = await waivers.Of(version, cancel) }
            : null;
}
