using System.Threading.RateLimiting;

namespace Assay.Inference.Predictions;

/// <summary>
/// Lets so many calls of an endpoint compute at the same time; others wait, and not for long: callers go elsewhere before
/// everything stands still.
/// </summary>
public sealed class CallTurns : ICallGate, IDisposable
{
    private const int QueuePerConcurrent = 4;
    private const int QueueMillisecondsUsually = 1000;

    private readonly string _endpoint;
    private readonly TimeSpan _patience;
    private readonly Action<string>? _turnedAway;
    private readonly ConcurrencyLimiter _turns;

    /// <param name="endpoint">Its name, for what is said.</param>
    /// <param name="concurrency">Calls at the same time.</param>
    /// <param name="queue">Calls that may wait; null for four times as many.</param>
    /// <param name="queueMilliseconds">How long; null for a second.</param>
    /// <param name="turnedAway">Told why a call is turned away: <c>queue</c> or <c>wait</c>.</param>
    public CallTurns(string endpoint, int concurrency, int? queue = null, int? queueMilliseconds = null, Action<string>? turnedAway = null)
    {
        (_endpoint, _turnedAway) = (endpoint, turnedAway);
        _patience = TimeSpan.FromMilliseconds(queueMilliseconds ?? QueueMillisecondsUsually);
        Room = queue ?? QueuePerConcurrent * concurrency;
        _turns = new(new() { PermitLimit = concurrency, QueueLimit = Room, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
    }

    /// <summary>Calls that may wait for their turn.</summary>
    public int Room { get; }

    /// <summary>Calls that wait for their turn.</summary>
    public long Waiting => _turns.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Takes a turn, at once or after waiting, or says why there is none.</summary>
    public async ValueTask<GatePass> Enter(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var lease = _turns.AttemptAcquire();
        if (lease.IsAcquired)
            return new(null, lease);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(_patience);
        try
        {
            lease = await _turns.AcquireAsync(1, patience.Token);
            return lease.IsAcquired
                ? new(null, lease)
                : Shed("queue", $"'{_endpoint}' has more requests waiting than its limit allows. Try again in a second.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Shed("wait", $"'{_endpoint}' is busy: your request waited {_patience.TotalMilliseconds:0} ms for its turn. Try again in a second.");
        }
    }

    public void Dispose() => _turns.Dispose();

    private GatePass Shed(string reason, string sentence)
    {
        _turnedAway?.Invoke(reason);
        return new(Problem.Busy(sentence), null);
    }
}
