using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Registry.Approvals;
using Assay.Registry.Models;
using Assay.Registry.Packages;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;

namespace Assay.Registry.Gates;

/// <summary>Puts every rule of a stage's policy to a version, and counts the approvals that it asks for.</summary>
internal sealed class GateKeeper(
    VersionBook book, SignedEvaluation signed, PolicyBook policies, PackageReader packages, HumanRules people, Quarantine quarantine, ServedInputs served, TimeProvider clock,
    ILogger<GateKeeper> log)
{
    /// <summary>The verdict by the policy in force, as a row that is not yet saved.</summary>
    public async Task<KeptVerdict> Judge(ModelVersion version, string stage, bool requireBetter, CancellationToken cancel)
    {
        var policy = await policies.Decisive(stage, cancel);
        var results = await Judge(version, stage, policy.Rules, requireBetter, cancel);
        results.AddRange(await people.Judge(version, stage, policy, cancel));
        return new KeptVerdict
        {
            Id = Guid.CreateVersion7().ToString("N"),
            Model = version.Model,
            Version = version.Version,
            Stage = stage,
            Passed = results.TrueForAll(result => result.Passed),
            RulesJson = JsonSerializer.Serialize(results, AssayJson.Options),
            PolicyDigest = policy.Text.Digest,
            PolicyNumber = policy.Text.Number,
            At = clock.GetUtcNow(),
        };
    }

    /// <summary>What each automatic rule of a policy finds. Nothing is written.</summary>
    public async Task<List<GateRuleResult>> Judge(
        ModelVersion version, string stage, GatePolicy policy, bool requireBetter, CancellationToken cancel)
    {
        var scan = ScanGate.Judge(await quarantine.Standing(version, atGate: true, cancel));
        var production = await book.Find(version.Model, Stage.AliasOf(Stage.Production), cancel);
        var candidate = new GateCandidate(
            await signed.Describe(version, cancel), stage, production is null ? null : await signed.Describe(production, cancel))
        {
            Open = (files, cancelled) => scan.Passed ? packages.Open(version, files, cancelled) : throw new InvalidOperationException("the version is in quarantine and is not loaded"),
        };
        var rules = policy.Rules
            .Where(entry => entry.Task is null || entry.Task == candidate.Version.Schema.Task)
            .Select(entry => entry.Rule)
            .Concat(requireBetter ? [CompareGate.BetterThanProduction(candidate)] : []);
        var results = new List<GateRuleResult>();
        foreach (var rule in rules)
            results.Add(await Judge(rule, candidate, cancel));
        if (await served.Judge(candidate, mustStay: requireBetter, cancel) is { } inputs)
            results.Add(inputs);
        if (!scan.Passed && !results.Exists(result => result.Name == scan.Name))
            results.Insert(0, scan);   // no policy lets a version out of quarantine by not asking
        return results;
    }

    private async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        try
        {
            return await policies.Gates[rule.Kind].Judge(rule, candidate, cancel);
        }
        catch (Exception problem) when (!EndsJudgement(problem, cancel))
        {
            // Whatever a rule throws, the version has not been found good, and the other rules still have their say.
            log.LogWarning(problem, "The rule {Rule} could not be put to {Model} version {Version}.", rule.Name, candidate.Version.Version.Model, candidate.Version.Version.Version);
            return new(rule.Name, false, $"the rule could not be put: {problem.Message}", "an answer");
        }
    }

    // These say nothing of the version: a verdict would be kept that it never earned, and might roll production back.
    private static bool EndsJudgement(Exception problem, CancellationToken cancel) =>
        (problem is OperationCanceledException && cancel.IsCancellationRequested)
        || StorageTrouble.IsAway(problem)
        || StorageTrouble.IsFull(problem);
}
