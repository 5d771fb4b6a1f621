using Assay.Kernel.Permissions;
using Assay.Serving.PredictionLog.Reading;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>What was deleted.</summary>
/// <param name="Calls">Calls in the files that went.</param>
/// <param name="PendingCalls">Calls that are in no file yet, because making one took longer than somebody who asks waits; those of them that are meant are still there.</param>
public sealed record RemovedPredictions(long Calls, long PendingCalls);

internal static class RemoveFiles
{
    public static void Map(RouteGroupBuilder group) => group
        .MapDelete("/{name}/prediction-files", Handle)
        .WithName("RemovePredictionFiles")
        .WithSummary("Deletes the files whose calls all began before a time, before their days are over; what is in no file yet is put into one first.")
        .Requires(ServingPermissions.PredictionsDelete, resource: "name");

    private static async Task<RemovedPredictions> Handle(
        string name, DateTimeOffset before, LogReader reader, FileCompletion completion, FileRemoval removal, CancellationToken cancel)
    {
        await reader.Demand(name, cancel);
        var pending = await completion.Complete(name, cancel);
        return new(await removal.Before(name, before.ToUniversalTime(), cancel), pending);
    }
}
