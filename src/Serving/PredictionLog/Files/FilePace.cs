using System.Diagnostics;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>
/// Has the making of large files rest, for it takes as much of the processor as the predictions that it is about, and nobody
/// waits for it: nine tenths of the time while there is room on the disk, less the less there is, and no more once half of it
/// is taken.
/// </summary>
internal sealed class FilePace(OpenSegments segments)
{
    private const double RoomTakenMax = 0.5;
    private const int RestPerWork = 9;
    private const double WorkMillisecondsMax = 100;
    private long _from = Stopwatch.GetTimestamp();

    /// <summary>Between two groups of rows, by the one who makes files.</summary>
    public async Task Rest(CancellationToken cancel)
    {
        var worked = Stopwatch.GetElapsedTime(_from);
        var free = 1 - segments.RoomTaken / RoomTakenMax;
        if (free > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(worked.TotalMilliseconds, WorkMillisecondsMax) * RestPerWork * free), cancel);
        _from = Stopwatch.GetTimestamp();
    }
}
