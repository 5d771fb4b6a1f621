using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Sealing;

/// <summary>
/// Seals runs that are over, a moment after their end, for clients write a last tag or file then. It works from the table of
/// runs that wait for a seal, so nothing is lost when the server dies.
/// </summary>
internal sealed class RunSealer(Sessions sessions, IServiceScopeFactory scopes, TimeProvider clock, ILogger<RunSealer> log)
    : PeriodicWork(TimeSpan.FromSeconds(1), clock, log)
{
    private const string Actor = "system:sealing";
    private const int BatchMax = 100;   // what one event states of so many rows fits into it
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private static readonly Statement Due = new($"""
        SELECT u.changes, u.changed_by, r.project, {RunRow.Columns}
        FROM tracking_unsealed u JOIN tracking_runs r ON r.key = u.run_key WHERE u.since <= @p0 ORDER BY u.since LIMIT @p1
        """);

    protected override string Failure => "Runs that are over could not be sealed.";

    protected override Task Turn(CancellationToken cancel) => Tick(Clock.GetUtcNow() - Rest, cancel);

    /// <summary>Seals all runs that wait since then or longer.</summary>
    public async Task Tick(DateTimeOffset before, CancellationToken cancel)
    {
        while (Read(before) is { Count: > 0 } due)
        {
            foreach (var project in due.GroupBy(run => run.Project))
                await Seal(project.Key, [.. project], cancel);
        }
    }

    private List<RunToSeal> Read(DateTimeOffset before) => sessions.Read(session => session.InSnapshot(() =>
    {
        var due = new List<(RunToSeal Seal, RunRow Run)>();
        using (var rows = session.Read(Due, before.ToUnixTimeMilliseconds(), (long)BatchMax))
        {
            while (rows.Next())
            {
                var run = RunRow.Read(rows, from: 3);
                due.Add((new(run.Key, run.Id, run.ExperimentId, rows.Text(2), rows.Integer(0), rows.Text(1)), run));
            }
        }

        RunReader.Complete(session, due.ConvertAll(one => one.Run));
        return due.ConvertAll(one => one.Run.IsOver ? one.Seal with { Digest = SealedContent.Read(session, one.Seal.Project, one.Run).Digest } : one.Seal);
    }));

    private async Task Seal(string project, List<RunToSeal> runs, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, Actor);
        var (db, ledger) = (scope.ServiceProvider.GetRequiredService<AssayDb>(), scope.ServiceProvider.GetRequiredService<ILedger>());
        var ids = runs.ConvertAll(run => run.Id);
        var known = await db.Seals.Where(seal => ids.Contains(seal.RunId)).ToDictionaryAsync(seal => seal.RunId, cancel);
        foreach (var run in runs)
        {
            if (Change(db, known.GetValueOrDefault(run.Id), run) is { } happened)
                ledger.Append(happened);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.SaveChangesAsync(cancel);
        foreach (var run in runs)   // one that was changed meanwhile stays, and is sealed again
            await db.UnsealedRuns.Where(row => row.RunKey == run.Key && row.Changes == run.Changes).ExecuteDeleteAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private LedgerEvent? Change(AssayDb db, RunSeal? known, RunToSeal run)
    {
        if (run.Digest is null)
        {
            if (known is null)
                return null;
            db.Remove(known);
            return new RunReopened(run.Id, run.Experiment, known.Digest, run.ChangedBy);
        }

        if (known is null)
        {
            db.Seals.Add(new() { RunId = run.Id, Digest = run.Digest, SealedAt = Clock.GetUtcNow(), Times = 1 });
            return new RunSealed(run.Id, run.Experiment, run.Digest);
        }

        if (known.Digest == run.Digest)
            return null;
        var before = known.Digest;
        (known.Digest, known.SealedAt, known.Times) = (run.Digest, Clock.GetUtcNow(), known.Times + 1);
        return new RunResealed(run.Id, run.Experiment, run.Digest, before, run.ChangedBy);
    }

    /// <param name="Key">The run's key.</param>
    /// <param name="Id">The run's id.</param>
    /// <param name="Experiment">Its experiment's id.</param>
    /// <param name="Project">Its project.</param>
    /// <param name="Changes">The change after which its content was read.</param>
    /// <param name="ChangedBy">Who made that change.</param>
    private sealed record RunToSeal(long Key, string Id, string Experiment, string Project, long Changes, string ChangedBy)
    {
        /// <summary>Of its content; null for a run that was taken up again.</summary>
        public string? Digest { get; init; }
    }
}
