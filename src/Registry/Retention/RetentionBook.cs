using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Until when a version is kept, and by what.</summary>
internal sealed record Promise(DateTimeOffset KeepUntil, int Days, string Reached, DateTimeOffset Since);

/// <summary>
/// Promises versions how long they are kept. Where rows and ledger disagree the longer time holds, so that nothing is won
/// by changing a row.
/// </summary>
internal sealed class RetentionBook(AssayDb db, ILedger ledger, ILedgerMemory memory, TimeProvider clock)
{
    /// <summary>The rule in force.</summary>
    public async Task<RetentionRule> InForce(CancellationToken cancel)
    {
        var row = await db.RetentionRules.AsNoTracking().OrderByDescending(rule => rule.Number).FirstOrDefaultAsync(cancel) ?? RetentionRule.Shipped;
        var stated = await memory.Newest(RetentionChanged.EventType, RetentionChanged.RuleSubject, cancel);
        return stated is { } rule ? Longer(row, rule.Deserialize<RetentionChanged>(AssayJson.Options)!) : row;
    }

    /// <summary>
    /// Notes what a version is promised as it is registered, enters a stage or leaves one; saved by the caller.
    /// </summary>
    /// <param name="version">The version.</param>
    /// <param name="stage">Stage that it has just entered or left; null when nothing of that kind happened.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task Keep(ModelVersion version, string? stage, CancellationToken cancel)
    {
        var row = db.Entry(version).State == EntityState.Added ? null : await Find(version, cancel);
        var promise = await Of(version, row, stage is null ? default(DateTimeOffset?) : clock.GetStoredNow(), cancel);
        if (row is null)
        {
            db.VersionRetentions.Add(row = new VersionRetention
            {
                Model = version.Model,
                Version = version.Version,
                Reached = promise.Reached,
                Days = promise.Days,
                Since = promise.Since,
                KeepUntil = promise.KeepUntil,
                Rule = 0,
            });
        }

        (row.Reached, row.Days, row.Since, row.KeepUntil) = (promise.Reached, promise.Days, promise.Since, promise.KeepUntil);
        row.Rule = (await InForce(cancel)).Number;
        ledger.Append(new RetentionPromised(row.Model, row.Version, row.KeepUntil, row.Days, row.Reached, row.Rule));
    }

    /// <summary>What a version is promised at this moment, whether or not its row knows it yet.</summary>
    public async Task<Promise> Of(ModelVersion version, CancellationToken cancel) =>
        await Of(version, await Find(version, cancel), null, cancel);

    private async Task<Promise> Of(ModelVersion version, VersionRetention? row, DateTimeOffset? moved, CancellationToken cancel)
    {
        var stated = await memory.Newest(RetentionPromised.EventType, RetentionPromised.SubjectOf(version.Model, version.Version), cancel) is { } data
            ? data.Deserialize<RetentionPromised>(AssayJson.Options)
            : null;
        var reached = Further(Further(row?.Reached, stated?.Reached), Seen(version, isKnown: row is not null || stated is not null));

        // A version of before there were promises: when it left its stage is not known, so its time begins now.
        var begin = moved ?? row?.Since ?? (reached == Stage.None ? StoredTime.Of(version.CreatedAt) : clock.GetStoredNow());
        var since = Latest(begin, row?.Since);
        var days = Math.Max(Math.Max(row?.Days ?? 0, stated?.Days ?? 0), await Longest(version, row?.Rule ?? 0, reached, cancel));
        return new(Latest(since.AddDays(days), Latest(row?.KeepUntil ?? since, stated?.KeepUntil)), days, reached, since);
    }

    // A rule that was in force for an hour has promised what it promised, to those that were there.
    private async Task<int> Longest(ModelVersion version, int number, string reached, CancellationToken cancel)
    {
        if (db.Entry(version).State == EntityState.Added)
            return (await InForce(cancel)).DaysFor(reached);
        var newer = await db.RetentionRules.AsNoTracking().Where(rule => rule.Number > number).ToListAsync(cancel);
        return newer.Append(await InForce(cancel)).Max(rule => rule.DaysFor(reached));
    }

    private Task<VersionRetention?> Find(ModelVersion version, CancellationToken cancel) =>
        db.VersionRetentions.SingleOrDefaultAsync(row => row.Model == version.Model && row.Version == version.Version, cancel);

    private static RetentionRule Longer(RetentionRule row, RetentionChanged stated) => new()
    {
        Number = Math.Max(row.Number, stated.Number),
        ProductionDays = Math.Max(row.ProductionDays, stated.ProductionDays),
        StagingDays = Math.Max(row.StagingDays, stated.StagingDays),
        OtherDays = Math.Max(row.OtherDays, stated.OtherDays),
        ChangedBy = row.ChangedBy,
        ChangedAt = row.ChangedAt,
    };

    // Where an archived version of before there were promises has been, its row does not say: the longer time is taken.
    private static string Seen(ModelVersion version, bool isKnown) =>
        version.Stage != Stage.Archived ? version.Stage : isKnown ? Stage.None : Stage.Production;

    private static string Further(string? one, string? other)
    {
        if (one == Stage.Production || other == Stage.Production)
            return Stage.Production;
        return one == Stage.Staging || other == Stage.Staging ? Stage.Staging : Stage.None;
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
