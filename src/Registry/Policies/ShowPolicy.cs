using Assay.Kernel.Permissions;
using Assay.Registry.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Policies;

internal static class ShowPolicy
{
    public const string ContentType = "application/yaml";

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{stage}", Handle).WithName("ShowPolicy").Requires(RegistryPermissions.Read);

    private static async Task<ContentHttpResult> Handle(string stage, PolicyBook policies, CancellationToken cancel) =>
        TypedResults.Text(await policies.Text(Stage.Gated(stage), cancel), ContentType);
}
