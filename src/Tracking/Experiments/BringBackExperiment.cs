using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>Brings a deleted experiment back, and its runs.</summary>
internal static class BringBackExperiment
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/restore", Handle).WithName("RestoreExperiment").Requires(TrackingPermissions.Write, resource: "id");

    private static async Task<ExperimentDetail> Handle(string id, HttpContext http, AssayDb db, ExperimentBook book, Sessions sessions, CancellationToken cancel)
    {
        var experiment = await ShowExperiment.Find(id, db, book, cancel);
        if (experiment.Lifecycle != Lifecycle.Deleted)
            throw Refusal.Conflict($"Experiment '{experiment.Name}' is not deleted.");
        await DeleteExperiment.Move(new(http, MlflowFields.None), experiment, Lifecycle.Active, new ExperimentRestored(id));
        return await ShowExperiment.Of(experiment, db, sessions, cancel);
    }
}
