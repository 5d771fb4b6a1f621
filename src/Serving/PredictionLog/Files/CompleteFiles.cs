using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Serving.PredictionLog.Reading;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>What became of the calls that were in no file yet.</summary>
/// <param name="PendingCalls">Calls that still are in none, because it took longer than somebody who asks waits.</param>
public sealed record CompletedFiles(long PendingCalls);

internal static class CompleteFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/prediction-files", Handle)
        .WithName("CompletePredictionFiles")
        .WithSummary("Makes a file of the calls that are in none yet, and waits for it, at most half a minute.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<CompletedFiles> Handle(
        string name, LogReader reader, LogWriter writer, OpenSegments segments, ProjectScope project, CancellationToken cancel)
    {
        await reader.Demand(name, cancel);
        await writer.Flush(() => segments.CloseAll(project.Name!, name), cancel);
        var closed = segments.Of(project.Name!, name).Select(segment => segment.Id).ToHashSet();
        for (var waited = TimeSpan.Zero; waited < Patience && Left(segments, project.Name!, name, closed) > 0; waited += Pause)
            await Task.Delay(Pause, cancel);
        return new(Left(segments, project.Name!, name, closed));
    }

    private static long Left(OpenSegments segments, string project, string name, HashSet<string> closed) =>
        segments.Of(project, name).Where(segment => closed.Contains(segment.Id)).Sum(segment => Math.Max(1, segment.Calls));
}
