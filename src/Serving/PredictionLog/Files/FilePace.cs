using System.Diagnostics;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>
/// Has the making of large files rest, for it takes as much of the processor as the predictions that it is about, and nobody
/// waits for it: nine tenths of the time while there is room on the disk, less the less there is, and no more once half of it
/// is taken. It rests every millisecond or two, since a request that comes while it works may have to wait for its end.
/// </summary>
internal sealed class FilePace(OpenSegments segments)
{
    private const double RoomTakenMax = 0.5;
    private const int RestPerWork = 9;
    private const double WorkMillisecondsMax = 100;
    private const double RestMillisecondsMin = 1;   // what a timer can do

    private long _from = Stopwatch.GetTimestamp();
    private double _owed;   // milliseconds of rest

    /// <summary>Work begins now.</summary>
    public void Begin() => Lap();

    /// <summary>Between two pieces of work, the smaller the better, by the one who makes files.</summary>
    public ValueTask Rest(CancellationToken cancel)
    {
        var free = Math.Max(0, 1 - segments.RoomTaken / RoomTakenMax);
        var worked = Lap();
        _owed += Math.Min(worked, WorkMillisecondsMax) * RestPerWork * free;
        return _owed < RestMillisecondsMin ? default : Sleep(cancel);
    }

    // A timer is late on a busy machine: what it was late for need not be rested again, up to as much as one piece of work asks for.
    private async ValueTask Sleep(CancellationToken cancel)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_owed), cancel);
        _owed = Math.Max(_owed - Lap(), -WorkMillisecondsMax);
    }

    private double Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var lap = Stopwatch.GetElapsedTime(_from, now);
        _from = now;
        return lap.TotalMilliseconds;
    }
}
