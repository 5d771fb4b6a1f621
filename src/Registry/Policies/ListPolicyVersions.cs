using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Registry.Models;

namespace Assay.Registry.Policies;

/// <summary>A policy of a stage, without its text.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Number">From 1; 0 is the policy that comes with Assay.</param>
/// <param name="Digest">SHA-256 of its text, by which verdicts and approvals name it.</param>
/// <param name="PublishedBy">Actor who published it; null for the shipped one.</param>
/// <param name="PublishedAt">When; null for the shipped one.</param>
/// <param name="InForce">Whether it decides now.</param>
/// <param name="Problem">Why it is not what was published; null when it is.</param>
public sealed record PolicyVersionSummary(
    string Stage, int Number, string Digest, string? PublishedBy, DateTimeOffset? PublishedAt, bool InForce, string? Problem);

internal static class ListPolicyVersions
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{stage}/versions", Handle).WithName("ListPolicyVersions").Requires(RegistryPermissions.Read);

    private static async Task<Page<PolicyVersionSummary>> Handle(
        string stage, [AsParameters] PageRequest page, PolicyBook policies, CancellationToken cancel)
    {
        var all = await policies.All(Stage.Gated(stage), cancel);
        var below = page.BelowNumber();
        var newest = all[0].Number;
        return page.Of(
            [.. all.Where(policy => policy.Number < below).Take(page.Size + 1).Select(policy => new PolicyVersionSummary(
                policy.Stage, policy.Number, policy.Digest, policy.PublishedBy, policy.PublishedAt, policy.Number == newest, policy.Problem))],
            policy => $"{policy.Number}");
    }
}
