using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Registry.Approvals;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Gates;

/// <summary>A gate before a version: every rule, and what is missing of people.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Number of the version.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Verdict">What the gate would say now; nothing was recorded.</param>
/// <param name="Lists">Every list of approvers and how far it is.</param>
/// <param name="Decisions">Every decision for the stage, with the reason where it does not count.</param>
/// <param name="Excluded">People who may not decide: id, and the reason.</param>
/// <param name="Request">Id of the request that waits; null when nobody has asked.</param>
/// <param name="DecisionPage">Path of the page where approvals are asked for and given.</param>
/// <param name="NotCleared">For a version in the stage: why it would not be served by the stage's name; null when it would.</param>
/// <param name="Emergencies">Emergencies of this version that nobody has reviewed yet, or that are not over.</param>
/// <param name="Waivers">Waivers of findings of the scan that wait or count, newest first.</param>
public sealed record GateExplanation(
    string Model,
    int Version,
    string Stage,
    GateVerdict Verdict,
    IReadOnlyList<ApproverList> Lists,
    IReadOnlyList<SignedDecision> Decisions,
    IReadOnlyDictionary<string, string> Excluded,
    string? Request,
    string DecisionPage,
    string? NotCleared,
    IReadOnlyList<BrokenGlassSummary> Emergencies,
    IReadOnlyList<WaiverSummary> Waivers);

internal static class ExplainGate
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/gate/{stage}", Handle).WithName("ExplainGate").Requires(RegistryPermissions.Read, "name");

    private static async Task<GateExplanation> Handle(
        string name, string version, string stage, VersionBook book, GateExplainer explainer, CancellationToken cancel) =>
        await explainer.Explain(await book.Get(name, version, cancel), Models.Stage.Gated(stage), cancel);
}

/// <summary>Tells how a gate stands before a version.</summary>
internal sealed class GateExplainer(
    AssayDb db, GateKeeper keeper, PolicyBook policies, HumanRules people, Exclusions exclusions, OpenRequests requests, GateFindings findings)
{
    public async Task<GateExplanation> Explain(ModelVersion version, string stage, CancellationToken cancel)
    {
        var policy = await policies.Decisive(stage, cancel);
        var verdict = (await keeper.Judge(version, stage, requireBetter: false, cancel)).ToVerdict();
        var standing = await people.Standing(version, stage, policy, cancel);
        var asksPeople = policy.Rules.Approvals.Count > 0;
        var excluded = asksPeople ? (await exclusions.Of(version, stage, policy.Text, cancel)).People : new Dictionary<string, string>();
        return new(
            version.Model,
            version.Version,
            stage,
            verdict,
            standing.Lists,
            standing.Decisions,
            excluded,
            (await requests.Find(version, stage, cancel))?.Id,
            Approvals.DecisionPage.Of(db.CurrentProject!, version, stage),
            await findings.NotCleared(version, stage, cancel),
            await findings.Emergencies(version, cancel),
            await findings.Waivers(version, cancel));
    }
}

/// <summary>What is red about a version.</summary>
internal sealed class GateFindings(AssayDb db, StageClearance clearance, WaiverView waivers, Deciders deciders)
{
    public async Task<string?> NotCleared(ModelVersion version, string stage, CancellationToken cancel) =>
        version.Stage == stage ? await clearance.WhyNot(version, stage, cancel) : null;

    public async Task<IReadOnlyList<WaiverSummary>> Waivers(ModelVersion version, CancellationToken cancel) =>
        [.. (await waivers.Of(version, cancel)).Where(waiver => waiver.State == WaiverState.Open || (waiver.State == WaiverState.Granted && waiver.Problem is null))];

    public async Task<IReadOnlyList<BrokenGlassSummary>> Emergencies(ModelVersion version, CancellationToken cancel)
    {
        var rows = await db.BrokenGlass.AsNoTracking()
            .Where(row => row.Model == version.Model && row.Version == version.Version && (row.ReviewedAt == null || row.EndedAt == null))
            .OrderByDescending(row => row.Id).ToListAsync(cancel);
        var found = new List<BrokenGlassSummary>();
        foreach (var row in rows)
            found.Add(await Hammer.Summarize(row, deciders, cancel));
        return found;
    }
}
