using System.Diagnostics;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>
/// Has the making of large files rest three quarters of the time, for it takes as much of the processor as the predictions
/// that it is about, and nobody waits for it. Once half of the room on the disk is taken it rests no more.
/// </summary>
internal sealed class FilePace(OpenSegments segments)
{
    private const double RoomTakenMax = 0.5;
    private const int RestPerWork = 3;
    private long _from = Stopwatch.GetTimestamp();

    /// <summary>Between two groups of rows, by the one who makes files.</summary>
    public async Task Rest(CancellationToken cancel)
    {
        var worked = Stopwatch.GetElapsedTime(_from);
        if (segments.RoomTaken < RoomTakenMax)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(worked.TotalMilliseconds, 100) * RestPerWork), cancel);
        _from = Stopwatch.GetTimestamp();
    }
}
