using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Assay.Serving.PredictionLog.Capture;

/// <summary>
/// Between those who answer and the one who writes: bounded in calls and bytes, and never a reason to wait. What finds no
/// room is dropped and counted.
/// </summary>
internal sealed class CallQueue(IOptions<PredictionLogOptions> options, LogMeter meter)
{
    /// <summary>So many calls are worth a round of the writer: more would grow old in memory, and cost the collector more than the writer.</summary>
    public const int Many = 1024;

    private const long ManyBytes = 4L << 20;
    private const int SparesMax = 2 * Many;
    private const long SpareBytesMax = 4 * ManyBytes;

    private readonly ConcurrentQueue<LoggedCall> _calls = new();
    private readonly ConcurrentQueue<LoggedCall> _spares = new();
    private readonly int _callsMax = options.Value.QueueCallsMax;
    private readonly long _bytesMax = options.Value.QueueMegabytesMax * (1L << 20);
    private int _count;
    private int _spareCount;
    private long _spareBytes;
    private long _bytes;

    /// <summary>Called when many calls wait, by whoever brought the last of them.</summary>
    public Action? Filled { get; set; }

    /// <summary>Calls that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>An empty call to fill for <see cref="Offer"/>; null, and counted as dropped, where there is no room.</summary>
    public LoggedCall? Rent(string project, string endpoint)
    {
        if (Volatile.Read(ref _count) >= _callsMax || Volatile.Read(ref _bytes) >= _bytesMax)
        {
            meter.Dropped(project, endpoint, 1, DropReason.Queue);
            return null;
        }

        var call = _spares.TryDequeue(out var spare) ? spare : new LoggedCall();
        if (spare is not null)
        {
            Interlocked.Decrement(ref _spareCount);
            Interlocked.Add(ref _spareBytes, -spare.SizeBytes);
        }

        (call.Project, call.Endpoint) = (project, endpoint);
        return call;
    }

    /// <summary>Hands a filled call over.</summary>
    public void Offer(LoggedCall call)
    {
        var size = call.SizeBytes;   // the writer has it as soon as it is in the queue
        var (count, bytes) = (Interlocked.Increment(ref _count), Interlocked.Add(ref _bytes, size));
        _calls.Enqueue(call);
        if (count == Many || (bytes >= ManyBytes && bytes - size < ManyBytes))
            Filled?.Invoke();
    }

    /// <summary>The oldest call; give it to <see cref="Return"/>.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LoggedCall? call) => _calls.TryDequeue(out call);

    /// <summary>Makes room for another one.</summary>
    public void Return(LoggedCall call)
    {
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -call.SizeBytes);
        call.Clear();
        var size = call.SizeBytes;
        if (Volatile.Read(ref _spareCount) >= SparesMax || Volatile.Read(ref _spareBytes) + size > SpareBytesMax)
            return;
        Interlocked.Increment(ref _spareCount);
        Interlocked.Add(ref _spareBytes, size);
        _spares.Enqueue(call);
    }
}
