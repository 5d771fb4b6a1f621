using System.Globalization;
using Assay.Kernel.Projects;
using Assay.Registry.Approvals;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;

namespace Assay.Registry.Gates;

/// <summary>Whether a version may be served.</summary>
internal sealed class Clearance(
    VersionBook book, StageClearance stages, PolicyBook policies, HumanRules people, Quarantine quarantine, ProjectScope project) : IClearance
{
    public async Task<string?> WhyNot(string model, int version, string target, string endpoint, CancellationToken cancel)
    {
        var row = await book.Get(model, version.ToString(CultureInfo.InvariantCulture), cancel);
        if (await quarantine.WhyNot(row, "load", cancel) is { } blocked)
            return $"{blocked}. Have it waived, or serve another version.";
        return Stage.Find(target) is Stage.Production or Stage.Staging
            ? await ByStage(row, Stage.Find(target)!, cancel)
            : await Directly(row, endpoint, cancel);
    }

    public async Task<string?> WhyQuarantined(string model, int version, CancellationToken cancel) =>
        await quarantine.WhyNot(await book.Get(model, version.ToString(CultureInfo.InvariantCulture), cancel), "load", cancel);

    private async Task<string?> ByStage(ModelVersion version, string stage, CancellationToken cancel) =>
        await stages.WhyNot(version, stage, cancel) is { } problem
            ? $"{version.Model} version {version.Version} is not cleared for {stage}: {problem}. Take it through the gate again; {DecisionPage.Of(project.Name!, version, stage)} shows what is missing."
            : null;

    private async Task<string?> Directly(ModelVersion version, string endpoint, CancellationToken cancel)
    {
        var published = await policies.Newest(Stage.Production, cancel);
        if (published.Problem is { } problem)
            return $"Nothing is deployed past the gate: {problem}. Publish the policy of {Stage.Production} again.";
        var policy = new DecisivePolicy(published, GatePolicy.ReadHumanRules(published.Yaml));
        if (!policy.Rules.IsProtected(endpoint) || await stages.WhyNot(version, Stage.Production, cancel) is null)
            return null;
        var standing = await people.Standing(version, Stage.Production, policy, cancel);
        if (standing.IsMet)
            return null;
        var missing = standing.Rules().Where(rule => !rule.Passed).Select(rule => $"{rule.Name}: {rule.Value}");
        return $"Endpoint {endpoint} is protected by the policy of {Stage.Production}, and {version.Model} version {version.Version} lacks what it asks of people ({string.Join("; ", missing)}). Ask for it at {DecisionPage.Of(project.Name!, version, Stage.Production)}.";
    }
}
