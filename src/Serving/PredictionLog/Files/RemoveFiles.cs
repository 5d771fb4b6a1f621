using Assay.Kernel.Permissions;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>What was deleted.</summary>
/// <param name="Calls">Calls in the files that went.</param>
public sealed record RemovedPredictions(long Calls);

internal static class RemoveFiles
{
    public static void Map(RouteGroupBuilder group) => group
        .MapDelete("/{name}/prediction-files", Handle)
        .WithName("RemovePredictionFiles")
        .WithSummary("Deletes the files whose calls all began before a time, before their days are over.")
        .Requires(ServingPermissions.PredictionsDelete, resource: "name");

    private static async Task<RemovedPredictions> Handle(string name, DateTimeOffset before, FileRemoval removal, CancellationToken cancel) =>
        new(await removal.Before(name, before.ToUniversalTime(), cancel));
}
