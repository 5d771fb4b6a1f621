using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Inputs;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Lineage;

/// <summary>Runs, the models that clients have logged, and datasets as clients describe them.</summary>
internal sealed class LineageOfRuns(AssayDb db, IAccess access, StepsBefore before, StepsAfter after) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [LineageKind.Run, LineageKind.LoggedModel, LineageKind.Input];

    public async Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel)
    {
        var experiments = asked.Kind switch
        {
            LineageKind.Run => await db.Runs.Where(run => run.Id == asked.Name).Select(run => run.ExperimentId).ToListAsync(cancel),
            LineageKind.LoggedModel => await db.LoggedModels.Where(model => model.Id == asked.Name).Select(model => model.ExperimentId).ToListAsync(cancel),
            _ => await (from experiment in db.Experiments
                        join dataset in db.InputDatasets on experiment.Key equals dataset.ExperimentKey
                        where dataset.Name == asked.Name && dataset.Digest == asked.Part
                        select experiment.Id).ToListAsync(cancel),
        };
        if (experiments.Count == 0)
            return null;
        var reach = access.Reach(TrackingPermissions.Read);
        return experiments.Exists(reach.Has) ? asked : throw Refusal.Denied(
            $"This needs the permission '{TrackingPermissions.Read.Name}' on the experiment '{experiments[0]}', which your account or your token does not have there.");
    }

    public async Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel)
    {
        var reach = access.Reach(TrackingPermissions.Read);
        var (runIds, modelIds) = (keys.Names(LineageKind.Run), keys.Names(LineageKind.LoggedModel));
        var found = new Dictionary<LineageKey, LineageNode>();
        if (runIds.Count > 0)
            await Runs(runIds, reach, found, cancel);
        if (modelIds.Count > 0)
            await Models(modelIds, reach, found, cancel);

        // A key has all that is to be said of it, and was met at a run that the caller may read.
        foreach (var key in keys.Where(key => key.Kind == LineageKind.Input))
            found[key] = key.Node(mayRead: true, key.Name, digest: key.Part);
        return found;
    }

    public Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => before.Of(keys, max, cancel);

    public Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => after.Of(keys, max, cancel);

    private async Task Runs(List<string> ids, ResourceReach reach, Dictionary<LineageKey, LineageNode> found, CancellationToken cancel)
    {
        var rows = await db.Runs.AsNoTracking().Where(run => ids.Contains(run.Id))
            .Select(run => new { run.Id, run.ExperimentId, run.Name, run.Status, run.StartedAt, run.Lifecycle }).ToListAsync(cancel);
        foreach (var row in rows)
        {
            var key = new LineageKey(LineageKind.Run, row.Id);
            found[key] = key.Node(reach.Has(row.ExperimentId), row.Name, row.Lifecycle == Lifecycle.Active ? row.Status.ToString().ToLowerInvariant() : "deleted", at: row.StartedAt);
        }
    }

    private async Task Models(List<string> ids, ResourceReach reach, Dictionary<LineageKey, LineageNode> found, CancellationToken cancel)
    {
        var rows = await db.LoggedModels.AsNoTracking().Where(model => ids.Contains(model.Id))
            .Select(model => new { model.Id, model.ExperimentId, model.Name, model.ModelType, model.CreatedAt, model.Lifecycle }).ToListAsync(cancel);
        foreach (var row in rows)
        {
            var key = new LineageKey(LineageKind.LoggedModel, row.Id);
            var detail = row.Lifecycle != Lifecycle.Active ? "deleted" : row.ModelType.Length > 0 ? row.ModelType : null;
            found[key] = key.Node(reach.Has(row.ExperimentId), row.Name.Length > 0 ? row.Name : row.Id, detail, at: row.CreatedAt);
        }
    }
}
