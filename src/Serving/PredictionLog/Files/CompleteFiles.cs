using Assay.Kernel.Permissions;
using Assay.Serving.PredictionLog.Reading;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>What became of the calls that were in no file yet.</summary>
/// <param name="PendingCalls">Calls that still are in none, because it took longer than somebody who asks waits.</param>
public sealed record CompletedFiles(long PendingCalls);

internal static class CompleteFiles
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/prediction-files", Handle)
        .WithName("CompletePredictionFiles")
        .WithSummary("Makes a file of the calls that are in none yet, and waits for it, at most half a minute.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<CompletedFiles> Handle(string name, LogReader reader, FileCompletion completion, CancellationToken cancel)
    {
        await reader.Demand(name, cancel);
        return new(await completion.Complete(name, cancel));
    }
}
