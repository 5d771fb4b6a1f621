using System.Diagnostics;
using Assay.Inference.Metrics;
using Assay.Inference.Models;

namespace Assay.Inference.Predictions;

/// <summary>What the parts of a running call share: its request, what it is allowed, and where its time went.</summary>
internal sealed class CallContext
{
    private long _from;
    private CallTimes _times;

    public CallContext(HttpContext http, CallBounds? bounds)
    {
        (Http, Bounds) = (http, bounds);
        Began = _from = Stopwatch.GetTimestamp();
    }

    /// <summary>When the call began, by <see cref="Stopwatch"/>.</summary>
    public long Began { get; }

    public HttpContext Http { get; }

    /// <summary>What held when the call began.</summary>
    public CallBounds? Bounds { get; }

    /// <summary>Cancelled when the caller leaves, or the call's time is over.</summary>
    public CancellationToken Cancel => Http.RequestAborted;

    public CallTimes Times => _times;

    /// <summary>Whether the answer was looked for in memory.</summary>
    public KeptLook Look { get; private set; }

    /// <summary>Rows of the computation that the call stands for; null for the call's own.</summary>
    public int? RowsTogether { get; private set; }

    public void HasQueued() => _times = _times with { Queue = Lap() };

    public void HasRead() => _times = _times with { Read = Lap() };

    public void HasComputed() => _times = _times with { Compute = Lap() };

    public void HasWritten() => _times = _times with { Write = Lap() };

    /// <summary>A call that ends early has its last piece counted as writing.</summary>
    public void HasFailed() => _times = _times with { Write = _times.Write + Lap() };

    /// <summary>Rows that were computed with others had to wait for those before them.</summary>
    public void WaitedFor(ComputedTurn turn)
    {
        RowsTogether = turn.Rows;
        if (turn.Began is not (> 0 and var began))
            return;
        _times = _times with { Queue = _times.Queue + Math.Max(0, Stopwatch.GetElapsedTime(_from, began).TotalSeconds) };
        _from = Math.Max(_from, began);
    }

    /// <summary>Says whether the answer was in memory, and how long it took to find that out.</summary>
    public bool Looked(PredictCall call, bool isKept, long from)
    {
        Look = new(isKept, Stopwatch.GetElapsedTime(from).TotalSeconds);
        Http.Response.Headers[PredictionCache.Header] = isKept ? "hit" : "miss";
        InferenceMetrics.Looked(call.Target, isKept);
        return isKept;
    }

    private double Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_from, now).TotalSeconds;
        _from = now;
        return seconds;
    }
}
