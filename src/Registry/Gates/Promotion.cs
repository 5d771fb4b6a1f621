using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Approvals;
using Assay.Registry.Attestations;
using Assay.Registry.Mlflow;
using Assay.Registry.Models;
using Assay.Registry.Retention;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Gates;

/// <summary>Takes a version through a gate and, when it passes, moves stage and alias to it in one SaveChanges.</summary>
internal sealed class Promotion(
    AssayDb db, ILedger ledger, VersionBook book, GateKeeper keeper, VerdictStatement statement, OpenRequests requests, StageClearance clearance,
    RetentionBook retention, TimeProvider clock)
{
    public async Task<GateVerdict> Promote(string name, int number, string stageName, bool requireBetter, CancellationToken cancel)
    {
        var stage = Stage.Gated(stageName);
        var version = await book.Get(name, number.ToString(CultureInfo.InvariantCulture), cancel);
        var isThere = version.Stage == stage;
        if (isThere && await clearance.WhyNot(version, stage, cancel) is null)
            return await VerdictThatLetIn(version, cancel);
        if (version.Stage == Stage.Production && !isThere)
            throw Refusal.Conflict($"{name} version {number} is in production; promote another version first.");
        return await Judge(version, stage, requireBetter, cancel);
    }

    /// <summary>Takes a version out of its stage, without entering one that has a gate.</summary>
    public async Task Leave(ModelVersion version, string stage, CancellationToken cancel)
    {
        var model = await db.Models.SingleAsync(row => row.Name == version.Model, cancel);
        ledger.Append(new StageLeft(version.Model, version.Version, version.Digest, stage, version.Stage));
        await RemoveAlias(version, Stage.AliasOf(version.Stage), cancel);
        await retention.Keep(version, version.Stage, cancel);
        (version.Stage, version.UpdatedAt, model.UpdatedAt) = (stage, clock.GetUtcNow(), clock.GetUtcNow());
        model.Changes++;
        await Save(version.Model, cancel);
    }

    /// <summary>Puts a version to a gate, also one that is in the stage already, and moves it there when it passes.</summary>
    /// <param name="version">The version.</param>
    /// <param name="stage">Where it is to go.</param>
    /// <param name="requireBetter">Whether it must beat the version in production as well.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="archiveFormer">Whether versions that are in the stage leave it; the stage's alias leads to the new one either way.</param>
    public async Task<GateVerdict> Judge(
        ModelVersion version, string stage, bool requireBetter, CancellationToken cancel, bool archiveFormer = true)
    {
        var model = await db.Models.SingleAsync(row => row.Name == version.Model, cancel);
        var verdict = await keeper.Judge(version, stage, requireBetter, cancel);
        db.Verdicts.Add(verdict);
        model.Changes++;
        if (verdict.Passed)
        {
            ledger.Append(new GatePassed(version.Model, version.Version, version.Digest, stage, verdict.PolicyDigest));
            await requests.Close(version, stage, cancel);
            if (version.Stage != stage || archiveFormer)
                await Move(version, stage, archiveFormer, cancel);
        }
        else
        {
            var failed = verdict.ToVerdict().Rules.Where(rule => !rule.Passed).Select(rule => rule.Name).ToList();
            ledger.Append(new GateFailed(version.Model, version.Version, version.Digest, stage, verdict.PolicyDigest, failed));
        }

        await statement.State(verdict, cancel);
        await Save(version.Model, cancel);
        return WithRequest(verdict.ToVerdict(), version, stage);
    }

    /// <summary>Gives a stage back to a version that had it before, by the verdict that let it in then.</summary>
    public async Task FallBack(ModelVersion former, string stage, CancellationToken cancel)
    {
        (await db.Models.SingleAsync(row => row.Name == former.Model, cancel)).Changes++;
        await Move(former, stage, archiveFormer: true, cancel);
        await Save(former.Model, cancel);
    }

    private GateVerdict WithRequest(GateVerdict verdict, ModelVersion version, string stage)
    {
        var missing = verdict.Rules.Where(rule => !rule.Passed).ToList();
        return missing.Count > 0 && missing.TrueForAll(rule => rule.Human)
            ? verdict with { RequestAt = DecisionPage.Of(db.CurrentProject!, version, stage) }
            : verdict;
    }

    private async Task<GateVerdict> VerdictThatLetIn(ModelVersion version, CancellationToken cancel) =>
        (await db.Verdicts
            .Where(verdict => verdict.Model == version.Model && verdict.Version == version.Version && verdict.Stage == version.Stage && verdict.Passed)
            .OrderByDescending(verdict => verdict.Id)
            .FirstAsync(cancel)).ToVerdict();

    private async Task Move(ModelVersion version, string stage, bool archiveFormer, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var formers = archiveFormer
            ? await db.ModelVersions.Where(row => row.Model == version.Model && row.Stage == stage && row.Version != version.Version).ToListAsync(cancel)
            : [];
        foreach (var former in formers)
        {
            (former.Stage, former.UpdatedAt) = (Stage.Archived, now);
            await retention.Keep(former, stage, cancel);
        }

        if (version.Stage != stage)
            await RemoveAlias(version, Stage.AliasOf(version.Stage), cancel);
        (version.Stage, version.UpdatedAt) = (stage, now);
        await retention.Keep(version, stage, cancel);
        (await db.Models.SingleAsync(row => row.Name == version.Model, cancel)).UpdatedAt = now;

        var name = Stage.AliasOf(stage);
        var alias = await db.ModelAliases.SingleOrDefaultAsync(row => row.Model == version.Model && row.Alias == name, cancel);
        var led = alias?.Version == version.Version ? null : alias?.Version;
        if (alias is null)
            db.ModelAliases.Add(new ModelAlias { Model = version.Model, Alias = name, Version = version.Version });
        else
            alias.Version = version.Version;
        ledger.Append(new ModelPromoted(version.Model, version.Version, version.Digest, stage, led));
    }

    private async Task RemoveAlias(ModelVersion version, string name, CancellationToken cancel)
    {
        var alias = await db.ModelAliases.SingleOrDefaultAsync(
            row => row.Model == version.Model && row.Alias == name && row.Version == version.Version, cancel);
        if (alias is not null)
            db.ModelAliases.Remove(alias);
    }

    private async Task Save(string name, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"{name} was changed at the same time. Look at it, and try again.");
        }
    }
}
