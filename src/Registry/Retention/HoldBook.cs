using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Approvals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Legal holds of the current project.</summary>
internal sealed class HoldBook(AssayDb db, ILedgerMemory memory, Deciders deciders)
{
    /// <summary>Holds in force on a version or on its whole model, oldest first.</summary>
    public Task<List<LegalHold>> On(string model, int version, CancellationToken cancel) => db.LegalHolds.AsNoTracking()
        .Where(hold => hold.Model == model && (hold.Version == null || hold.Version == version) && hold.ReleasedAt == null)
        .OrderBy(hold => hold.Id).ToListAsync(cancel);

    /// <summary>Whether the ledger knows of more holds in force than there are rows: one was released or taken away behind the server's back.</summary>
    public async Task<bool> IsOneMissing(string model, int version, IReadOnlyList<LegalHold> found, CancellationToken cancel) =>
        await Stated(model, null, cancel) > found.Count(hold => hold.Version is null)
        || await Stated(model, version, cancel) > found.Count(hold => hold.Version is not null);

    public async Task<LegalHoldSummary> Summarize(LegalHold hold, CancellationToken cancel) => new(
        hold.Id, hold.Model, hold.Version, hold.Reason, hold.Reference,
        hold.PlacedBy, await deciders.NameOf(hold.PlacedBy, cancel), hold.PlacedAt,
        hold.ReleasedBy, hold.ReleasedBy is { } by ? await deciders.NameOf(by, cancel) : null, hold.ReleasedAt, hold.ReleaseReason);

    public async Task<List<LegalHoldSummary>> Summarize(IEnumerable<LegalHold> holds, CancellationToken cancel)
    {
        var summaries = new List<LegalHoldSummary>();
        foreach (var hold in holds)
            summaries.Add(await Summarize(hold, cancel));
        return summaries;
    }

    private async Task<int> Stated(string model, int? version, CancellationToken cancel)
    {
        var subject = HoldPlaced.SubjectOf(model, version);
        return await memory.Count(HoldPlaced.EventType, subject, cancel) - await memory.Count(HoldReleased.EventType, subject, cancel);
    }
}
