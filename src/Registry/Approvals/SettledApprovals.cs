using Assay.Registry.Attestations;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>
/// Looks again at approvals that a gate has counted. What was signed must still hold, and nobody may have taken it back; but
/// somebody who has since left, or a month that has passed, does not take a model out of production.
/// </summary>
internal sealed class SettledApprovals(DecisionReader reader, Exclusions exclusions)
{
    /// <summary>Why the approvals that a gate knew do not hold any more; null when they do.</summary>
    /// <param name="version">The version.</param>
    /// <param name="moment">Policy, evidence and time of the gate.</param>
    /// <param name="known">Digests of the statements that the gate knew.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<string?> WhyNot(ModelVersion version, DecisiveMoment moment, IReadOnlySet<string> known, CancellationToken cancel)
    {
        var (signed, broken) = await reader.Read(version, moment.Stage, cancel);
        if (broken.Count > 0)
            return broken[0].Problem;
        var excluded = await exclusions.Of(version, moment.Stage, moment.Policy.Text, cancel);
        if (excluded.Problem is { } problem)
            return problem;

        var needed = moment.Policy.Rules.Approvals.Sum(rule => rule.Count);
        var held = signed
            .Where(decision => known.Contains(decision.Statement.Digest) && decision.Predicate.Decision == ApprovalCheck.Approved)
            .Where(decision => !signed.Exists(later => IsTakenBackBy(decision.Predicate, later.Predicate)))
            .Where(decision => excluded.ReasonFor(decision.Predicate.Approver.Id) is null && excluded.ReasonFor(decision.Predicate.Approver.ActingFor) is null)
            .Where(decision => ApprovalCheck.Stale(decision.Predicate, moment) is null)
            .Select(decision => decision.Predicate.Approver.ActingFor ?? decision.Predicate.Approver.Id)
            .Distinct(StringComparer.Ordinal)
            .Count();
        return held >= needed ? null : $"{held} of the {needed} approvals that it came with hold";
    }

    private static bool IsTakenBackBy(ApprovalPredicate decision, ApprovalPredicate later) =>
        later.Approver.Id == decision.Approver.Id && later.DecidedAt > decision.DecidedAt && later.Decision != ApprovalCheck.Approved;
}
