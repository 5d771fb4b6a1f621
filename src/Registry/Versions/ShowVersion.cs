using Assay.Kernel.Permissions;

namespace Assay.Registry.Versions;

internal static class ShowVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}", Handle).WithName("ShowVersion").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<ModelVersionDetail> Handle(string name, string version, VersionBook book, CancellationToken cancel) =>
        await book.Describe(await book.Get(name, version, cancel), cancel);
}
