using System.Collections.Concurrent;
using System.Security.Cryptography;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Outbound;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>The senders of all sinks, each with its own queue, so that a slow receiver holds up nobody else's events.</summary>
internal sealed class SinkSenders(OutboundHttp http, IKeyRing keys, LogMeter meter, TimeProvider clock, ILogger<SinkSenders> log) : IDisposable
{
    private readonly ConcurrentDictionary<(string Project, string Endpoint), SinkSender> _senders = new();

    public SinkSender? Find(string project, string endpoint) => _senders.GetValueOrDefault((project, endpoint));

    /// <summary>Tells the sink of the call's endpoint, when it has one.</summary>
    public void Tell(LoggedCall call, ColumnMask mask) => Find(call.Project, call.Endpoint)?.Tell(call, mask);

    /// <summary>Starts all that the database names.</summary>
    public async Task Load(AssayDb db, CancellationToken cancel)
    {
        foreach (var row in await db.EventSinks.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
        {
            try
            {
                Put(row);
            }
            catch (CryptographicException problem)   // the others are told all the same
            {
                log.LogError(problem, "The calls of endpoint {Endpoint} in project {Project} are told to nobody: its sink's address can't be opened. Put it again.", row.Endpoint, row.Project);
            }
        }
    }

    /// <summary>Sends to where the row says from now on.</summary>
    public void Put(EventSink row)
    {
        Remove(row.Project, row.Endpoint);
        _senders[(row.Project, row.Endpoint)] = new SinkSender(row, SinkAddress.Read(row, keys), http, meter, clock);
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
