using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>Starts a retraining now. The guards hold for people as well: who means otherwise changes the settings, which is on record.</summary>
internal static class AskRetraining
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{endpoint}/retrainings", Handle).WithName("AskRetraining").Requires(MonitoringPermissions.Write, resource: "endpoint");

    private static async Task<Ok<RetrainingSummary>> Handle(
        string endpoint, AssayDb db, WatchedEndpoints watched, FeedbackTools tools, CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        var settings = (await db.SettingsOf(endpoint, cancel)).Retrain
            ?? throw Refusal.Conflict($"The monitor of '{endpoint}' names no dataset with recent rows: set retrain.dataset first.");
        if (await tools.Guards.Held(endpoint, settings, cancel) is { } held)
            throw Refusal.Conflict($"{held} Change the settings of the monitor to start one all the same.");
        if (settings.FromLabels)
            await tools.Labels.Make(served, settings.Dataset, cancel);
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            var cause = new RetrainingCause(endpoint, served.Model, served.Version, settings.Dataset, RetrainingTrigger.Asked, "Somebody asked for it.");
            var run = await tools.Retraining.Start(cause, alert: null, cancel);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return TypedResults.Ok(run.ToSummary());
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // the unique index: another one was started between our reading and our writing
        {
            throw Refusal.Conflict($"A retraining of '{endpoint}' was started at the same moment: wait for its end.");
        }
    }
}

/// <summary>What starting one by hand takes.</summary>
internal sealed record FeedbackTools(RetrainingGuards Guards, FreshLabels Labels, Retraining Retraining);
