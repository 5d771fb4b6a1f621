using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Importing;

/// <summary>What the ledger knows of the imports of runs, and what has come of them.</summary>
internal sealed class ImportBook(AssayDb db, ILedgerMemory memory, FileTree files, ExperimentScope scope)
{
    /// <summary>The run with how its import began.</summary>
    /// <exception cref="Refusal">404, 403 where the caller may not, or 409 when it was not imported.</exception>
    public async Task<(Run Run, RunImportStarted Started)> Find(string id, CancellationToken cancel)
    {
        var run = await db.Runs.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("run", id);
        scope.Demand(run.ExperimentId);
        return (run, await Started(id, cancel) ?? throw Refusal.Conflict($"Run '{id}' was logged here and not imported: it is not written over."));
    }

    /// <summary>How far it is.</summary>
    public async Task<ImportState> State(Run run, RunImportStarted started, CancellationToken cancel)
    {
        var ended = await Newest<RunImported>(RunImported.EventType, run.Id, cancel);
        var stated = ended?.Import == started.Import ? ended.Counts : null;
        return new(stated is not null && RunStates.IsOver(run.Status.ToString()), stated, await Count(run, cancel));
    }

    /// <summary>What has come.</summary>
    public async Task<ImportCounts> Count(Run run, CancellationToken cancel)
    {
        var (count, size) = await files.Below(FileTree.FolderOf(run.ArtifactUri, run.Id), remove: false, cancel);
        return new(
            await db.RunParams.CountAsync(row => row.RunKey == run.Key, cancel),
            await db.RunTags.CountAsync(row => row.RunKey == run.Key, cancel),
            await db.RunMetrics.LongCountAsync(row => row.RunKey == run.Key, cancel),
            await db.RunInputs.CountAsync(row => row.RunKey == run.Key, cancel),
            count, size);
    }

    private Task<RunImportStarted?> Started(string id, CancellationToken cancel) => Newest<RunImportStarted>(RunImportStarted.EventType, id, cancel);

    private async Task<T?> Newest<T>(string type, string id, CancellationToken cancel)
        where T : LedgerEvent => await memory.Newest(type, RunImportStarted.SubjectOf(id), cancel) is { } data ? data.Deserialize<T>(AssayJson.Options) : null;
}
