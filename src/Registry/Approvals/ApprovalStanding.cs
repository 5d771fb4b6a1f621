namespace Assay.Registry.Approvals;

/// <summary>A list of approvers, and how far it is.</summary>
/// <param name="From">Who may sit on it, such as <c>role approver or group risk</c>.</param>
/// <param name="Needed">How many different people.</param>
/// <param name="Counted">How many have approved so that it counts now.</param>
/// <param name="Within">How long an approval counts, such as <c>30 d</c>.</param>
public sealed record ApproverList(string From, int Needed, int Counted, string Within);

/// <summary>A decision, read from its signed statement.</summary>
/// <param name="Attestation">Digest of the statement.</param>
/// <param name="Person">Id of who decided; empty when the statement does not hold.</param>
/// <param name="Name">The person's name, when the directory still knows it.</param>
/// <param name="ActingFor">Id of the person in whose place it was; null when in their own.</param>
/// <param name="Decision"><c>approved</c>, <c>rejected</c> or <c>withdrawn</c>.</param>
/// <param name="Comment">In the person's own words.</param>
/// <param name="At">When.</param>
/// <param name="Expires">From when on it counts no more.</param>
/// <param name="Problem">Why it does not count now; null when it does.</param>
public sealed record SignedDecision(
    string Attestation, string Person, string? Name, string? ActingFor, string Decision, string? Comment, DateTimeOffset At, DateTimeOffset? Expires, string? Problem);

/// <summary>How the human rules of a policy stand for a version.</summary>
/// <param name="Lists">Every list; none when the policy asks nobody.</param>
/// <param name="Decisions">Every decision for the stage, oldest first.</param>
/// <param name="Evidence">What is decided upon now.</param>
/// <param name="Problem">Why nothing can be decided; null when it can.</param>
internal sealed record ApprovalStanding(
    IReadOnlyList<ApproverList> Lists, IReadOnlyList<SignedDecision> Decisions, EvidenceSet Evidence, string? Problem)
{
    /// <summary>Who rejects it, so that it stands against any number of approvals.</summary>
    public SignedDecision? Rejection => Decisions.FirstOrDefault(decision => decision is { Decision: ApprovalCheck.Rejected, Problem: null });

    /// <summary>Whether every list has its people and nobody stands against it.</summary>
    public bool IsMet => Problem is null && Rejection is null && Lists.All(list => list.Counted >= list.Needed);

    /// <summary>The human rules as the gate's verdict shows them.</summary>
    public IEnumerable<GateRuleResult> Rules()
    {
        if (Problem is not null && Lists.Count > 0)
            yield return new("approvals", false, Problem, "known makers", Human: true);
        if (Rejection is { } rejection)
            yield return new("approvals", false, $"rejected by {rejection.Name ?? rejection.Person}", "no standing rejection", Human: true) { Stated = $"rejected by {rejection.Person}" };
        foreach (var list in Lists)
        {
            yield return new(
                $"approvals from {list.From}",
                Problem is null && list.Counted >= list.Needed,
                $"{list.Counted} of {list.Needed}",
                $"{list.Needed} within {list.Within}",
                Human: true);
        }
    }
}
