using System.Globalization;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Registry.Policies;

/// <summary>The text of a policy: the one in force, or any that the stage ever had.</summary>
internal static class ShowPolicy
{
    public const string ContentType = "application/yaml";
    private const string NumberHeader = "Assay-Policy-Version";
    private const string DigestHeader = "Assay-Policy-Digest";

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{stage}", InForce).WithName("ShowPolicy").Requires(RegistryPermissions.Read);
        group.MapGet("/{stage}/versions/{numberOrDigest}", OfVersion).WithName("ShowPolicyVersion").Requires(RegistryPermissions.Read);
    }

    /// <summary>The text as the answer, with its number and digest beside it.</summary>
    public static ContentHttpResult Answer(HttpResponse response, PublishedPolicy policy)
    {
        response.Headers[NumberHeader] = policy.Number.ToString(CultureInfo.InvariantCulture);
        response.Headers[DigestHeader] = policy.Digest;
        return TypedResults.Text(policy.Yaml, ContentType);
    }

    private static async Task<ContentHttpResult> InForce(string stage, HttpResponse response, PolicyBook policies, CancellationToken cancel) =>
        Answer(response, await policies.InForce(Stage.Gated(stage), cancel));

    private static async Task<ContentHttpResult> OfVersion(
        string stage, string numberOrDigest, HttpResponse response, PolicyBook policies, CancellationToken cancel)
    {
        var name = Stage.Gated(stage);
        var policy = await policies.Find(name, numberOrDigest, cancel) ?? throw Refusal.NotFound("policy version", $"{name}@{numberOrDigest}");
        return Answer(response, policy.Trusted());
    }
}
