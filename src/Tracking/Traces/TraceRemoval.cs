using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Traces.Assessments;
using Assay.Tracking.Traces.Spans;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Traces;

/// <summary>Traces of an experiment were deleted for good. What they said is gone; that they were there is not.</summary>
internal sealed record TracesDeleted(string Experiment, IReadOnlyList<string> Ids) : LedgerEvent("traces.deleted", $"experiment:{Experiment}");

/// <summary>Takes traces of one experiment away for good: their rows and the event in one transaction, then their files.</summary>
internal sealed class TraceRemoval(AssayDb db, ILedger ledger, FileStore files, ProjectScope project, Caller caller)
{
    /// <summary>How many go at most at once, so that others can write in between and the event holds their ids.</summary>
    public const int GroupMax = 200;

    /// <param name="experiment">Id of the experiment, on which the caller may.</param>
    /// <param name="find">Which of its traces, at most <see cref="GroupMax"/>.</param>
    /// <param name="cancel">Stops it, and nothing is gone.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> Remove(string experiment, Func<IQueryable<Trace>, IQueryable<Trace>> find, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var gone = await find(db.Set<Trace>().AsNoTracking().Where(trace => trace.ExperimentId == experiment)).Select(trace => new { trace.Key, trace.Id }).ToListAsync(cancel);
        if (gone.Count == 0)
            return 0;
        var (keys, ids) = (gone.ConvertAll(trace => trace.Key), gone.ConvertAll(trace => trace.Id));
        await db.Set<TraceTag>().Where(row => keys.Contains(row.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<TraceMetadata>().Where(row => keys.Contains(row.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<Assessment>().Where(row => keys.Contains(row.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<Span>().Where(row => keys.Contains(row.TraceKey)).ExecuteDeleteAsync(cancel);
        await db.Set<TraceLink>().Where(row => ids.Contains(row.TraceId)).ExecuteDeleteAsync(cancel);
        await db.Set<Trace>().Where(row => keys.Contains(row.Key)).ExecuteDeleteAsync(cancel);
        ledger.Append(new TracesDeleted(experiment, ids));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        foreach (var id in ids)
        {
            if (files.Find(project.Name!, TraceFiles.FolderOf(experiment, id)) is not null)
                await files.Delete(project.Name!, caller.Id, TraceFiles.FolderOf(experiment, id));
        }

        return ids.Count;
    }
}
