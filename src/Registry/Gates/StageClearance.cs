using System.Text.Json;
using Assay.Kernel;
using Assay.Registry.Approvals;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;

namespace Assay.Registry.Gates;

/// <summary>
/// Checks again that a version came through a stage's gate: by a signed verdict that let it in, under a policy that is what
/// was published, with approvals whose signatures hold and that nobody has taken back. Rows decide nothing here.
/// </summary>
internal sealed class StageClearance(
    IAttestations attestations, WholeEvidence evidence, PolicyBook policies, SettledApprovals approvals, Emergencies emergencies, Quarantine quarantine,
    TimeProvider clock)
{
    /// <summary>Why the version may not be in the stage; null when it may.</summary>
    public async Task<string?> WhyNot(ModelVersion version, string stage, CancellationToken cancel)
    {
        var (statements, incomplete) = await evidence.Of(version, cancel);
        if (incomplete is not null)
            return incomplete;
        if ((await quarantine.Standing(version, atGate: false, cancel)).Reason is { } blocked)
            return $"it is in quarantine: {blocked}";
        try
        {
            return await Verdict(version, stage, statements, cancel) is { } verdict
                ? await WhyNot(version, stage, verdict, statements, cancel)
                : $"no signed verdict let it into {stage}";
        }
        catch (TamperedAttestationException problem)
        {
            return problem.Message;
        }
    }

    private async Task<VerdictPredicate?> Verdict(
        ModelVersion version, string stage, IReadOnlyList<AttestationSummary> statements, CancellationToken cancel)
    {
        foreach (var statement in statements.Where(statement => statement.PredicateType == Predicates.VerificationSummary).Reverse())
        {
            var opened = await attestations.Open(version.Model, version.Version, statement.Id, cancel);
            var verdict = opened.Predicate.Deserialize<VerdictPredicate>(AssayJson.Options)!;
            if (verdict.Stage == stage && verdict.Result == VerdictPredicate.Passed)
                return verdict;
        }

        return null;
    }

    private async Task<string?> WhyNot(
        ModelVersion version, string stage, VerdictPredicate verdict, IReadOnlyList<AttestationSummary> statements, CancellationToken cancel)
    {
        var digest = "sha256:" + verdict.Policy.Digest!.GetValueOrDefault("sha256");
        if (await policies.Find(stage, digest, cancel) is not { } policy)
            return $"the policy that let it into {stage} is not there any more";
        if (policy.Problem is { } problem)
            return problem;
        var rules = GatePolicy.ReadHumanRules(policy.Yaml);
        if (rules.Approvals.Count == 0)
            return null;

        var known = verdict.InputAttestations.Select(input => "sha256:" + input.Digest!.GetValueOrDefault("sha256")).ToHashSet(StringComparer.Ordinal);
        var moment = new DecisiveMoment(new(policy, rules), stage, EvidenceSet.Of(statements, known), verdict.TimeVerified);
        return await approvals.WhyNot(version, moment, known, cancel) is { } missing && !await IsEmergency(version, stage, verdict, cancel)
            ? missing
            : null;
    }

    // It must have been one when the gate let the version in, and must not be over.
    private async Task<bool> IsEmergency(ModelVersion version, string stage, VerdictPredicate verdict, CancellationToken cancel) =>
        await emergencies.Open(version, stage, verdict.TimeVerified, cancel) is { } then && clock.GetUtcNow() < then.Until;

    private sealed record VerdictPredicate(
        DateTimeOffset TimeVerified,
        ResourceDescriptor Policy,
        IReadOnlyList<ResourceDescriptor> InputAttestations,
        [property: System.Text.Json.Serialization.JsonPropertyName("verificationResult")] string Result,
        [property: System.Text.Json.Serialization.JsonPropertyName("assay_stage")] string Stage)
    {
        public const string Passed = "PASSED";
    }
}
