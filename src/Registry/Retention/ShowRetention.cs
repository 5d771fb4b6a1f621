using Assay.Kernel.Permissions;
using Assay.Registry.Versions;

namespace Assay.Registry.Retention;

/// <summary>Until when a version is kept, and what else keeps it.</summary>
internal static class ShowRetention
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapGet("/{name}/versions/{version}/retention", Handle).WithName("ShowRetention").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<VersionRetentionDetail> Handle(
        string name, string version, VersionBook book, RetentionBook retention, HoldBook holds, Obstacles obstacles, CancellationToken cancel)
    {
        var row = await book.Get(name, version, cancel);
        var promise = await retention.Of(row, cancel);
        return new(
            row.Model, row.Version, promise.KeepUntil, promise.Days, promise.Reached,
            await holds.Summarize(await holds.On(row.Model, row.Version, cancel), cancel),
            await obstacles.Of(row, cancel));
    }
}
