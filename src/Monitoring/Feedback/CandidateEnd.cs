using System.Text.Json;
using Assay.Governance;
using Assay.Monitoring.Alerts;

namespace Assay.Monitoring.Feedback;

/// <summary>Says how the retraining of a candidate ended that the gate has let through: where promotions come by a roll-out, as that one ended.</summary>
internal sealed class CandidateEnd(ILedgerMemory memory, TimeProvider clock)
{
    private const string PolicyChanged = "endpoint.policy-changed";

    // An endpoint with such a policy may be bound to one version, to which no promotion comes.
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromMinutes(10);

    /// <summary>Null while it is not over.</summary>
    /// <param name="run">The retraining.</param>
    /// <param name="candidate">The version that came of it.</param>
    /// <param name="verdict">What the gate said, in one sentence.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<RetrainingEnd?> Of(RetrainingRun run, int candidate, string verdict, CancellationToken cancel)
    {
        var course = new CandidateCourse(candidate);
        List<string> subjects = [$"endpoint:{run.Endpoint}", $"model:{run.Model}@{candidate}"];
        await foreach (var happened in memory.Read(new(subjects, CandidateCourse.Types, run.StartedAt), cancel))
            course.Take(happened);
        return course.State switch
        {
            CandidateState.RollingOut => null,
            CandidateState.TakenBack => new(RetrainingState.Finished, candidate, Promoted: false, $"{verdict} {course.Reason}"),
            CandidateState.Waiting when await ComesByRollout(run, cancel) => null,
            _ => new(RetrainingState.Finished, candidate, Promoted: true, course.IsByRollout ? $"{verdict} It took over when its roll-out ended." : verdict),
        };
    }

    private async Task<bool> ComesByRollout(RetrainingRun run, CancellationToken cancel) =>
        (run.EndedAt is null || clock.GetUtcNow() - run.EndedAt < BeginsWithin)
        && await memory.Newest(PolicyChanged, $"endpoint:{run.Endpoint}", cancel) is { } policy
        && policy.TryGetProperty("plan", out var plan) && plan.ValueKind == JsonValueKind.Object;
}
