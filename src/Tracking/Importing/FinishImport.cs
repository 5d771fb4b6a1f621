using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Importing;

/// <summary>Ends the import of a run, if it has here what it has at its source; otherwise the answer says what it has, and nothing changes.</summary>
internal static class FinishImport
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/import/end", Handle).WithName("FinishImport").RequiresOnAny(TrackingPermissions.Write);

    private static async Task<ImportState> Handle(
        string id, FinishImportRequest request, ImportBook book, ImportEnd end, CancellationToken cancel)
    {
        var (run, started) = await book.Find(id, cancel);
        var state = await book.State(run, started, cancel);
        return state.IsComplete || state.Here != request.Counts ? state : await end.Save(run, started, request, cancel);
    }
}

/// <summary>Saves how an imported run ended, with the event that all of it is here.</summary>
internal sealed class ImportEnd(AssayDb db, ILedger ledger, ImportBook book, Caller caller, TimeProvider clock)
{
    public async Task<ImportState> Save(Runs.Run run, RunImportStarted started, FinishImportRequest request, CancellationToken cancel)
    {
        run.Status = request.Status;
        run.EndedAt = request.EndedAtMilliseconds is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null;
        if (request.IsDeleted)
            (run.Lifecycle, run.DeletedAt) = (Lifecycle.Deleted, clock.GetUtcNow());   // it can be restored as long as one that was deleted here
        ledger.Append(new RunImported(run.Id, run.ExperimentId, started.Source, started.Import, request.Counts, request.IsDeleted));
        await Unseal(run.Key, cancel);
        await db.SaveChangesAsync(cancel);
        return await book.State(run, started, cancel);
    }

    // A run that is over is sealed, as if it had been logged here.
    private async Task Unseal(long run, CancellationToken cancel)
    {
        if (await db.UnsealedRuns.SingleOrDefaultAsync(row => row.RunKey == run, cancel) is { } waiting)
            (waiting.Changes, waiting.ChangedBy) = (waiting.Changes + 1, caller.Id);
        else
            db.UnsealedRuns.Add(new() { RunKey = run, Since = clock.GetUtcNow(), Changes = 1, ChangedBy = caller.Id });
    }
}
