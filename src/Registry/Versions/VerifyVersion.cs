using Assay.Kernel.Permissions;
using Assay.Registry.Packages;

namespace Assay.Registry.Versions;

internal static class VerifyVersion
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/versions/{version}/verify", Handle).WithName("VerifyVersion").Requires(RegistryPermissions.Read, resource: "name");

    private static async Task<SignatureReport> Handle(
        string name, string version, VersionBook book, PackageReader packages, CancellationToken cancel) =>
        await packages.Verify(await book.Get(name, version, cancel), cancel);
}
