using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>Deletes an experiment and its runs, which stay and can be brought back.</summary>
internal static class RemoveExperiment
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{id}", Handle).WithName("DeleteExperiment").Requires(TrackingPermissions.Write, resource: "id");

    private static async Task<ExperimentDetail> Handle(string id, HttpContext http, AssayDb db, ExperimentBook book, Sessions sessions, CancellationToken cancel)
    {
        var experiment = await ShowExperiment.Find(id, db, book, cancel);
        if (experiment.Lifecycle != Lifecycle.Active)
            throw Refusal.Conflict($"Experiment '{experiment.Name}' is deleted already.");
        await DeleteExperiment.Move(new(http, MlflowFields.None), experiment, Lifecycle.Deleted, new ExperimentDeleted(id));
        return await ShowExperiment.Of(experiment, db, sessions, cancel);
    }
}
