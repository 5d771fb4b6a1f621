using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>What came of answers.</summary>
/// <param name="Rewards">1 to 1,000.</param>
public sealed record PostRewardsRequest([Required, MinLength(1), MaxLength(1000)] IReadOnlyList<Reward> Rewards);

/// <summary>What came of one answer.</summary>
/// <param name="Value">How good it was; any finite number, higher is better. Required.</param>
/// <param name="RequestId">The answer's <c>Assay-Request-Id</c>. Each request is rewarded once.</param>
/// <param name="Arm">In place of the id: the answer's <c>Assay-Arm</c>.</param>
public sealed record Reward(double? Value, [StringLength(128)] string? RequestId = null, [StringLength(30)] string? Arm = null);

/// <summary>How many rewards were counted.</summary>
/// <param name="Counted">Those that were counted.</param>
/// <param name="Unknown">Those whose request is not known: rewarded already, too long ago, or not of this roll-out.</param>
public sealed record RewardsCounted(int Counted, int Unknown);

/// <summary>Takes what callers say about answers, maybe much later. In memory; nothing is awaited.</summary>
internal static class PostRewards
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{name}/rollout/rewards", Handle).WithName("PostRewards").Requires(ServingPermissions.Predict, resource: "name");

    private static RewardsCounted Handle(string name, PostRewardsRequest request, LiveEndpoints live, ProjectScope project)
    {
        var rollout = (live.Find(project.Name!, name) ?? throw Refusal.NotFound("endpoint", name)).Rollout
            ?? throw Refusal.Conflict($"No roll-out goes on at '{name}', so there is nothing to reward.");
        foreach (var (reward, place) in request.Rewards.Select((reward, place) => (reward, place)))
        {
            if (reward?.Value is not { } value || !double.IsFinite(value) || Math.Abs(value) > 1e12)
                throw Refusal.Invalid($"rewards[{place}].value", "Say how good the answer was: a finite number of at most 1e12.");
            if (rollout.IsBandit && value is < 0 or > 1)
                throw Refusal.Invalid($"rewards[{place}].value", "The reward of a bandit is from 0 (nothing came of it) to 1.");
            if (reward.RequestId is null == reward.Arm is null)
                throw Refusal.Invalid($"rewards[{place}]", "Name either the requestId or the arm.");
            if (reward.Arm is { } arm && rollout.Find(arm) is null)
                throw Refusal.Invalid($"rewards[{place}].arm", $"The roll-out has no arm '{arm}'.");
        }

        var counted = request.Rewards.Count(rollout.Reward);
        return new(counted, request.Rewards.Count - counted);
    }
}
