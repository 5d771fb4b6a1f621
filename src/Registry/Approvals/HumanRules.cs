using System.Globalization;
using Assay.Registry.Policies;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>The human rules of a gate, as they stand now, and past which an emergency leads.</summary>
internal sealed class HumanRules(WholeEvidence evidence, ApprovalCheck check, Emergencies emergencies, TimeProvider clock)
{
    /// <summary>How every list of approvers stands now.</summary>
    public async Task<ApprovalStanding> Standing(ModelVersion version, string stage, DecisivePolicy policy, CancellationToken cancel)
    {
        var (statements, problem) = await evidence.Of(version, cancel);
        var standing = await check.Of(version, new(policy, stage, EvidenceSet.Of(statements), clock.GetUtcNow()), cancel);
        return standing with { Problem = standing.Problem ?? problem };
    }

    /// <summary>The rules for a verdict; none when the policy asks nobody.</summary>
    public async Task<IEnumerable<GateRuleResult>> Judge(ModelVersion version, string stage, DecisivePolicy policy, CancellationToken cancel)
    {
        if (policy.Rules.Approvals.Count == 0)
            return [];
        var standing = await Standing(version, stage, policy, cancel);
        if (standing.IsMet || await emergencies.Open(version, stage, clock.GetUtcNow(), cancel) is not { } emergency)
            return standing.Rules();
        var until = emergency.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return standing.Rules().Select(rule => rule.Passed ? rule : rule with { Passed = true, Value = $"{rule.Value}; glass broken until {until} UTC" });
    }
}
