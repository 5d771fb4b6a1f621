using Assay.Kernel.Projects;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>Has files made of the calls that are in none yet, and waits for them, at most half a minute.</summary>
internal sealed class FileCompletion(LogWriter writer, OpenSegments segments, ProjectScope project)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Does so for the calls of an endpoint that are over by now.</summary>
    /// <returns>Calls that are in none even then.</returns>
    public async Task<long> Complete(string endpoint, CancellationToken cancel)
    {
        await writer.Flush(() => segments.CloseAll(project.Name!, endpoint), cancel);
        var closed = segments.Of(project.Name!, endpoint).Select(segment => segment.Id).ToHashSet();
        for (var waited = TimeSpan.Zero; waited < Patience && Left(endpoint, closed) > 0; waited += Pause)
            await Task.Delay(Pause, cancel);
        return Left(endpoint, closed);
    }

    private long Left(string endpoint, HashSet<string> closed) =>
        segments.Of(project.Name!, endpoint).Where(segment => closed.Contains(segment.Id)).Sum(segment => Math.Max(1, segment.Calls));
}
