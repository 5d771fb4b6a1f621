using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Rollouts.Operations;

/// <summary>The turn of whoever changes a roll-out, with the endpoint that it is about.</summary>
internal sealed class RolloutTurns(AssayDb db, Deployer deployer, LiveEndpoints live)
{
    /// <summary>Waits until no other change of this endpoint is under way; dispose what it returns.</summary>
    /// <exception cref="Refusal">There is no such endpoint.</exception>
    public async Task<RolloutTurn> Take(string name, CancellationToken cancel)
    {
        var turn = await deployer.TakeTurn(name, cancel);
        try
        {
            var endpoint = await db.Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel) ?? throw Refusal.NotFound("endpoint", name);
            return new RolloutTurn(turn, endpoint, await db.ActiveRollout(name, cancel), live);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }
}

/// <summary>An endpoint whose roll-out nobody else changes now.</summary>
internal sealed class RolloutTurn(IDisposable turn, ModelEndpoint endpoint, Rollout? active, LiveEndpoints live) : IDisposable
{
    public ModelEndpoint Endpoint => endpoint;

    /// <summary>The roll-out that goes on.</summary>
    /// <exception cref="Refusal">None does.</exception>
    public Rollout Active => active ?? throw Refusal.Conflict($"No roll-out goes on at '{endpoint.Name}'. Start one first.");

    /// <summary>The version that answers now; null while none does.</summary>
    public int? AnswersWith => live.Find(endpoint.Project, endpoint.Name)?.Served?.Version;

    /// <summary>Why somebody changes it; null where nothing was said.</summary>
    public static string? Said(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();

    public RolloutDetail Show(Rollout row) => row.Show(live.Find(endpoint.Project, endpoint.Name));

    public void Dispose() => turn.Dispose();
}

internal static class ShownRollout
{
    /// <summary>A roll-out with what this process knows of it.</summary>
    public static RolloutDetail Show(this Rollout row, LiveEndpoint? endpoint)
    {
        var present = endpoint?.Rollout is { } rollout && rollout.Id == row.Id ? rollout : null;
        var timeline = row.Timeline;
        var last = present?.Last;   // once: it is replaced while this is read
        var arms = present is null
            ? timeline.Count > 0 ? timeline[^1].Figures : []
            : [.. present.Evidence().Zip(present.Split(row.StableVersion), (evidence, share) => evidence.ToFigures() with { SharePercent = share.Percent, Scores = evidence.Scores, Edges = present.Edges })];
        return new(row.ToSummary(), row.Plan, arms, last?.Checks ?? [], Waiting(row, last?.Waiting), timeline) { JudgedAt = last?.At };
    }

    private static string? Waiting(Rollout row, string? waiting)
    {
        if (row.EndedAt is not null)
            return null;
        return row.State == RolloutState.Paused ? "It is paused until somebody resumes it." : waiting ?? "It waits for its first evaluation.";
    }
}
