using Assay.Kernel.Paging;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Operations;

namespace Assay.Client;

/// <summary>Roll-outs: new versions that get a part of an endpoint's requests and are judged by it.</summary>
public sealed class RolloutsClient
{
    private readonly Transport _transport;

    internal RolloutsClient(Transport transport) => _transport = transport;

    /// <summary>Begins one.</summary>
    public Task<RolloutDetail> Start(string endpoint, StartRolloutRequest request, CancellationToken cancel = default) =>
        _transport.Post<RolloutDetail>(Path(endpoint), request, cancel);

    /// <summary>The one that goes on, or the last one; null when there was none.</summary>
    public Task<RolloutDetail?> Find(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<RolloutDetail>(Path(endpoint), cancel);

    /// <summary>Those of an endpoint, newest first.</summary>
    public Task<Page<RolloutSummary>> List(string endpoint, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<RolloutSummary>>(Route.To("endpoints", endpoint, "rollouts").Page(cursor, limit), cancel);

    /// <summary>Lets a candidate take over at once; the arm may be null where there is one.</summary>
    public Task<RolloutDetail> Promote(string endpoint, string? arm = null, string? reason = null, CancellationToken cancel = default) =>
        _transport.Post<RolloutDetail>(Path(endpoint, "promote"), new PromoteRolloutRequest(arm, reason), cancel);

    /// <summary>Stops the clock of its step.</summary>
    public Task<RolloutDetail> Pause(string endpoint, string? reason = null, CancellationToken cancel = default) =>
        _transport.Post<RolloutDetail>(Path(endpoint, "pause"), new PauseRolloutRequest(reason), cancel);

    /// <summary>Lets it go on, or ends a step that waits for somebody.</summary>
    public Task<RolloutDetail> Resume(string endpoint, string? reason = null, CancellationToken cancel = default) =>
        _transport.Post<RolloutDetail>(Path(endpoint, "resume"), new ResumeRolloutRequest(reason), cancel);

    /// <summary>Gives all requests back to the stable version.</summary>
    public Task<RolloutDetail> Abort(string endpoint, string? reason = null, CancellationToken cancel = default) =>
        _transport.Post<RolloutDetail>(Path(endpoint, "abort"), new AbortRolloutRequest(reason), cancel);

    /// <summary>Says what came of answers.</summary>
    public Task<RewardsCounted> Reward(string endpoint, IReadOnlyList<Reward> rewards, CancellationToken cancel = default) =>
        _transport.Post<RewardsCounted>(Path(endpoint, "rewards"), new PostRewardsRequest(rewards), cancel);

    private static Route Path(string endpoint, params ReadOnlySpan<string> verb) => Route.To(["endpoints", endpoint, "rollout", .. verb]);
}
