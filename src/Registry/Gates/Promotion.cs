using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Attestations;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Gates;

/// <summary>Takes a version through a gate and, when it passes, moves stage and alias to it in one SaveChanges.</summary>
internal sealed class Promotion(AssayDb db, ILedger ledger, VersionBook book, GateKeeper keeper, VerdictStatement statement)
{
    public async Task<GateVerdict> Promote(string name, int number, string stageName, bool requireBetter, CancellationToken cancel)
    {
        var stage = Stage.Gated(stageName);
        var version = await book.Get(name, number.ToString(CultureInfo.InvariantCulture), cancel);
        var model = await db.Models.SingleAsync(row => row.Name == name, cancel);
        if (version.Stage == stage)
            return await VerdictThatLetIn(version, cancel);
        if (version.Stage == Stage.Production)
            throw Refusal.Conflict($"{name} version {number} is in production; promote another version first.");

        var verdict = await keeper.Judge(version, stage, requireBetter, cancel);
        db.Verdicts.Add(verdict);
        model.Changes++;
        if (verdict.Passed)
        {
            ledger.Append(new GatePassed(name, number, version.Digest, stage, verdict.PolicyDigest));
            await Move(version, stage, cancel);
        }
        else
        {
            var failed = verdict.ToVerdict().Rules.Where(rule => !rule.Passed).Select(rule => rule.Name).ToList();
            ledger.Append(new GateFailed(name, number, version.Digest, stage, verdict.PolicyDigest, failed));
        }

        await statement.State(verdict, cancel);
        await Save(name, cancel);
        return verdict.ToVerdict();
    }

    private async Task<GateVerdict> VerdictThatLetIn(ModelVersion version, CancellationToken cancel) =>
        (await db.Verdicts
            .Where(verdict => verdict.Model == version.Model && verdict.Version == version.Version && verdict.Stage == version.Stage && verdict.Passed)
            .OrderByDescending(verdict => verdict.Id)
            .FirstAsync(cancel)).ToVerdict();

    private async Task Move(ModelVersion version, string stage, CancellationToken cancel)
    {
        var former = await db.ModelVersions.SingleOrDefaultAsync(row => row.Model == version.Model && row.Stage == stage, cancel);
        if (former is not null)
            former.Stage = Stage.Archived;
        await RemoveAlias(version, Stage.AliasOf(version.Stage), cancel);
        version.Stage = stage;

        var name = Stage.AliasOf(stage);
        var alias = await db.ModelAliases.SingleOrDefaultAsync(row => row.Model == version.Model && row.Alias == name, cancel);
        if (alias is null)
            db.ModelAliases.Add(new ModelAlias { Model = version.Model, Alias = name, Version = version.Version });
        else
            alias.Version = version.Version;
        ledger.Append(new ModelPromoted(version.Model, version.Version, version.Digest, stage, former?.Version));
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
