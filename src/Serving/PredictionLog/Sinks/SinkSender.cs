using System.Net.Http.Headers;
using System.Threading.Channels;
using Assay.Kernel.Outbound;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>
/// Sends the events of one endpoint in their order, a message at a time over connections that are kept. The queue is bounded
/// in events and bytes; what finds no room, and what the receiver doesn't take in several tries, is dropped and counted.
/// </summary>
internal sealed class SinkSender : IDisposable
{
    private const int EventsMax = 10_000;
    private const long BytesMax = 32L << 20;
    private const int TriesMax = 5;
    private const int BatchBytesMax = 1 << 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<PredictionEvent> _events = Channel.CreateBounded<PredictionEvent>(EventsMax);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly EventSink _sink;
    private readonly string _url;
    private readonly OutboundHttp _http;
    private readonly LogMeter _meter;
    private readonly TimeProvider _clock;
    private long _bytes;
    private long _sent;
    private long _dropped;

    public SinkSender(EventSink sink, string url, OutboundHttp http, LogMeter meter, TimeProvider clock)
    {
        (_sink, _url, _http, _meter, _clock, _stopped) = (sink, url, http, meter, clock, _stop.Token);
        _ = Task.Run(Run);
    }

    public long Waiting => _events.Reader.Count;

    public long Sent => Interlocked.Read(ref _sent);

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Why the last message was not taken; null when it was.</summary>
    public string? Problem { get; private set; }

    /// <summary>Puts the events of a call into the queue, or drops them; never waits.</summary>
    public void Tell(LoggedCall call, ColumnMask mask)
    {
        if (_sink.Mode is SinkMode.All or SinkMode.Request)
            Offer(PredictionEvent.Request(call, mask));
        if (_sink.Mode is SinkMode.All or SinkMode.Response)
            Offer(PredictionEvent.Response(call, mask));
    }

    private void Offer(PredictionEvent told)
    {
        if (Interlocked.Add(ref _bytes, told.Data.Length) <= BytesMax && _events.Writer.TryWrite(told))
            return;
        Interlocked.Add(ref _bytes, -told.Data.Length);
        Drop(1);
    }

    private async Task Run()
    {
        try
        {
            var batch = new List<PredictionEvent>();
            while (await _events.Reader.WaitToReadAsync(_stopped))
            {
                Fill(batch);
                if (await IsTaken(batch))
                    Interlocked.Add(ref _sent, batch.Count);
                else
                    Drop(batch.Count);
                Interlocked.Add(ref _bytes, -batch.Sum(told => (long)told.Data.Length));
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // Changed or removed: what waited is not sent any more.
        }
    }

    // Whatever befalls a message ends that one: without this loop nothing would be sent until the sink is changed.
    private async Task<bool> IsTaken(List<PredictionEvent> batch)
    {
        try
        {
            return await Deliver(batch);
        }
        catch (Exception problem) when (!_stopped.IsCancellationRequested)
        {
            Problem = $"A message could not be sent: {problem.Message}";
            return false;
        }
    }

    private void Fill(List<PredictionEvent> batch)
    {
        var bytes = 0;
        while (batch.Count < _sink.BatchSize && bytes < BatchBytesMax && _events.Reader.TryRead(out var told))
        {
            batch.Add(told);
            bytes += told.Data.Length;
        }
    }

    private async Task<bool> Deliver(List<PredictionEvent> batch)
    {
        for (var tries = 1; ; tries++)
        {
            var (taken, again, after) = await Try(batch);
            if (taken)
                return true;
            if (!again || tries == TriesMax)
                return false;
            await Task.Delay(after ?? FirstPause * Math.Pow(2, tries - 1), _clock, _stopped);
        }
    }

    private async Task<(bool Taken, bool Again, TimeSpan? After)> Try(List<PredictionEvent> batch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url);
        if (_sink.BatchSize == 1)
            batch[0].WriteTo(request);
        else
            request.Content = new ByteArrayContent(PredictionEvent.Batch(batch)) { Headers = { ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json") } };
        try
        {
            var answer = await _http.Send(request, _stopped);
            Problem = answer.IsSuccess ? null : $"It answered {answer.Status}.";
            var again = answer.Status is 408 or 425 or 429 or >= 500;
            return (answer.IsSuccess, again, answer.RetryAfter is { } after && after <= TimeSpan.FromMinutes(1) ? after : null);
        }
        catch (OutboundException problem)
        {
            Problem = problem.Message;
            return (false, true, null);
        }
    }

    private void Drop(int count)
    {
        Interlocked.Add(ref _dropped, count);
        _meter.EventsDropped(_sink.Project, _sink.Endpoint, count);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
