using System.Collections.Concurrent;
using Assay.Kernel;
using Assay.Kernel.Outbound;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>The senders of all sinks, each with its own queue, so that a slow receiver holds up nobody else's events.</summary>
internal sealed class SinkSenders(OutboundHttp http, LogMeter meter, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<(string Project, string Endpoint), SinkSender> _senders = new();

    public SinkSender? Find(string project, string endpoint) => _senders.GetValueOrDefault((project, endpoint));

    /// <summary>Tells the sink of the call's endpoint, when it has one.</summary>
    public void Tell(LoggedCall call, ColumnMask mask) => Find(call.Project, call.Endpoint)?.Tell(call, mask);

    /// <summary>Starts all that the database names.</summary>
    public async Task Load(AssayDb db, CancellationToken cancel)
    {
        foreach (var row in await db.EventSinks.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
            Put(row);
    }

    /// <summary>Sends to where the row says from now on.</summary>
    public void Put(EventSink row)
    {
        Remove(row.Project, row.Endpoint);
        _senders[(row.Project, row.Endpoint)] = new SinkSender(row, http, meter, clock);
    }

    public void Remove(string project, string endpoint)
    {
        if (_senders.TryRemove((project, endpoint), out var sender))
            sender.Dispose();
    }

    public void Dispose()
    {
        foreach (var sender in _senders.Values)
            sender.Dispose();
    }
}
