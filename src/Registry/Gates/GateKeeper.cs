using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;

namespace Assay.Registry.Gates;

/// <summary>Puts every rule of a stage's policy to a version.</summary>
internal sealed class GateKeeper(VersionBook book, PolicyBook policies, TimeProvider clock)
{
    /// <summary>The verdict, as a row that is not yet saved.</summary>
    public async Task<Verdict> Judge(ModelVersion version, string stage, bool requireBetter, CancellationToken cancel)
    {
        var production = await book.Find(version.Model, Stage.AliasOf(Stage.Production), cancel);
        var candidate = new GateCandidate(
            await book.Describe(version, cancel), stage, production is null ? null : await book.Describe(production, cancel));
        var policy = await Policy(stage, cancel);

        var rules = policy.Rules
            .Where(entry => entry.Task is null || entry.Task == candidate.Version.Schema.Task)
            .Select(entry => entry.Rule)
            .Concat(requireBetter ? [CompareGate.BetterThanProduction(candidate)] : []);
        var results = new List<GateRuleResult>();
        foreach (var rule in rules)
            results.Add(await policies.Gates[rule.Kind].Judge(rule, candidate, cancel));

        return new Verdict
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Model = version.Model,
            Version = version.Version,
            Stage = stage,
            Passed = results.TrueForAll(result => result.Passed),
            RulesJson = JsonSerializer.Serialize(results, AssayJson.Options),
            PolicyDigest = policy.Digest.ToString(),
            At = clock.GetUtcNow(),
        };
    }

    private async Task<GatePolicy> Policy(string stage, CancellationToken cancel)
    {
        try
        {
            return await policies.Current(stage, cancel);
        }
        catch (InvalidPolicyException problem)
        {
            throw Refusal.Conflict($"The policy of {stage} can't be used any more: {problem.Message} Set it anew.");
        }
    }
}
