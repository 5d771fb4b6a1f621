using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal sealed record ExperimentRenamed(string Id, string Name) : LedgerEvent("experiment.renamed", $"experiment:{Id}");

/// <summary>Gives an experiment another name.</summary>
internal static class UpdateExperiment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/experiments/update", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var name = call.Fields.RequiredText("new_name");
        if (name.Length > Experiment.NameLengthMax)
            throw MlflowError.Invalid($"'name' exceeds the maximum length of {Experiment.NameLengthMax} characters");
        var experiment = await ExperimentJson.Find(call);
        if (experiment.Lifecycle != Lifecycle.Active)
            throw MlflowError.Invalid("Cannot rename a non-active experiment.");
        var db = call.Get<AssayDb>();
        if (await db.Experiments.AnyAsync(row => row.Name == name && row.Id != experiment.Id, call.Cancel))
            throw CreateExperiment.Taken(name);

        if (experiment.Name != name)
        {
            (experiment.Name, experiment.UpdatedAt) = (name, call.Now);
            call.Get<ILedger>().Append(new ExperimentRenamed(experiment.Id, name));
            await db.SaveChangesAsync(call.Cancel);
        }

        await call.Answer();
    }
}
