using Assay.Governance;
using Assay.Kernel.Projects;
using Assay.Registry.Attestations;
using Assay.Registry.Policies;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>What decisions are held against.</summary>
/// <param name="Policy">The policy that asks.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Evidence">What there is to know.</param>
/// <param name="At">The moment: what has expired by then does not count.</param>
internal sealed record DecisiveMoment(DecisivePolicy Policy, string Stage, EvidenceSet Evidence, DateTimeOffset At);

/// <summary>
/// Finds out which decisions count. It trusts no row: each decision is a statement whose signature is checked, and is held
/// against the policy, the evidence, the clock, and the directory as it is now.
/// </summary>
internal sealed class ApprovalCheck(DecisionReader reader, IDirectory directory, Exclusions exclusions, Seats seats, ProjectScope project)
{
    public const string Approved = ApprovalPredicate.Approved;
    public const string Rejected = ApprovalPredicate.Rejected;
    public const string Withdrawn = "withdrawn";

    public async Task<ApprovalStanding> Of(ModelVersion version, DecisiveMoment moment, CancellationToken cancel)
    {
        var rules = moment.Policy.Rules.Approvals;
        var excluded = await exclusions.Of(version, moment.Stage, moment.Policy.Text, cancel);
        var (signed, broken) = await reader.Read(version, moment.Stage, cancel);

        var votes = new List<Vote>();
        var decisions = new List<SignedDecision>(broken);
        foreach (var (statement, predicate) in signed)
        {
            var superseded = signed.Exists(other => other.Predicate.Approver.Id == predicate.Approver.Id && other.Predicate.DecidedAt > predicate.DecidedAt);
            var problem = superseded ? "decided again later" : await ProblemOf(version, predicate, moment, excluded, cancel);
            var seat = await directory.Find(predicate.Approver.ActingFor ?? predicate.Approver.Id, cancel);
            if (problem is null && (seat is null || !rules.Any(rule => seats.MaySit(seat, rule, version.Model))))
                problem = "sits on none of the lists";
            if (problem is null && predicate.Decision == Approved)
                votes.Add(new(seat!, predicate.DecidedAt));
            decisions.Add(Show(statement.Digest, predicate, (await directory.Find(predicate.Approver.Id, cancel))?.DisplayName, problem));
        }

        var counted = seats.Deal(votes, rules, version.Model, moment.At);
        return new(
            [.. rules.Select((rule, index) => new ApproverList(rule.Places, rule.Count, counted[index], rule.WithinText))],
            [.. decisions.OrderBy(decision => decision.At)],
            moment.Evidence,
            excluded.Problem ?? (broken.Count > 0 ? broken[0].Problem : null));   // it may have been a rejection
    }

    /// <summary>Why a person may not decide; null when they may.</summary>
    public string? WhyNot(ModelVersion version, Principal? person, Principal? seat, DecisivePolicy policy, ExcludedPeople excluded)
    {
        if (person is not { Kind: PrincipalKind.Person })
            return "only people decide: a service account, whoever owns it, does not";
        if (!person.Active)
            return "the account is not active";
        if (excluded.Problem is { } unknown)
            return unknown;
        if (excluded.ReasonFor(person.Human) is { } own)
            return $"whoever decides must have no hand in it, and this person {own}";
        if (seat is not { Kind: PrincipalKind.Person })
            return "there is no such person to act for";
        if (excluded.ReasonFor(seat.Human) is { } others)
            return $"whoever decides must have no hand in it, and the person acted for {others}";
        if (!directory.Holds(person.Id, RegistryPermissions.Approve, project.Name!, version.Model))
            return "this needs the permission 'models.approve'";
        return policy.Rules.Approvals.Any(rule => seats.MaySit(seat, rule, version.Model))
            ? null
            : $"the policy asks {string.Join(", and ", policy.Rules.Approvals.Select(rule => rule.Places))}, and this person is none of them";
    }

    private async Task<string?> ProblemOf(
        ModelVersion version, ApprovalPredicate predicate, DecisiveMoment moment, ExcludedPeople excluded, CancellationToken cancel)
    {
        if (predicate.Decision == Withdrawn)
            return "withdrawn";
        var person = await directory.Find(predicate.Approver.Id, cancel);
        var seat = predicate.Approver.ActingFor is { } other ? await directory.Find(other, cancel) : person;
        if (WhyNot(version, person, seat, moment.Policy, excluded) is { } reason)
            return reason;
        return Stale(predicate, moment);
    }

    /// <summary>Why a decision is not about this policy and evidence, or is too old; null when it is.</summary>
    public static string? Stale(ApprovalPredicate predicate, DecisiveMoment moment)
    {
        if (!predicate.Policy.Digest!.TryGetValue("sha256", out var policy) || policy != moment.Policy.Rules.Digest.Hex)
            return "stale: the policy is another one";
        if (moment.Evidence.Difference([.. predicate.Evidence.Select(evidence => "sha256:" + evidence.Digest.GetValueOrDefault("sha256"))]) is { } difference)
            return $"stale: {difference}";
        return predicate.Expires <= moment.At ? "expired" : null;
    }

    private static SignedDecision Show(string digest, ApprovalPredicate predicate, string? name, string? problem) => new(
        digest, predicate.Approver.Id, name, predicate.Approver.ActingFor, predicate.Decision, predicate.Comment, predicate.DecidedAt, predicate.Expires, problem);
}
