using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal sealed record ExperimentDeleted(string Id) : LedgerEvent("experiment.deleted", $"experiment:{Id}");

internal sealed record ExperimentRestored(string Id) : LedgerEvent("experiment.restored", $"experiment:{Id}");

/// <summary>Deletes an experiment and its runs, which stay and can be restored.</summary>
internal static class DeleteExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/delete", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var experiment = await ExperimentJson.Find(call, Lifecycle.Active);
        await Move(call, experiment, Lifecycle.Deleted, new ExperimentDeleted(experiment.Id));
        await call.Answer();
    }

    /// <summary>Moves an experiment and all its runs into a state.</summary>
    public static async Task Move(MlflowCall call, Experiment experiment, Lifecycle to, LedgerEvent happened)
    {
        var (db, now) = (call.Get<AssayDb>(), call.Now);
        DateTimeOffset? deletedAt = to == Lifecycle.Deleted ? now : null;
        (experiment.Lifecycle, experiment.UpdatedAt) = (to, now);
        call.Get<ILedger>().Append(happened);
        await using var transaction = await db.Database.BeginTransactionAsync(call.Cancel);
        await db.SaveChangesAsync(call.Cancel);
        await db.Runs.Where(run => run.ExperimentKey == experiment.Key).ExecuteUpdateAsync(
            run => run.SetProperty(row => row.Lifecycle, to).SetProperty(row => row.DeletedAt, deletedAt), call.Cancel);
        await transaction.CommitAsync(call.Cancel);
    }
}
