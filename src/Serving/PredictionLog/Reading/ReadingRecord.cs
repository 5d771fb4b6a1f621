using System.Collections.Concurrent;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Somebody looked at calls of an endpoint, which may hold personal data; said once in ten minutes for each who looks.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
public sealed record PredictionsRead(string Endpoint) : LedgerEvent("predictions.read", $"endpoint:{Endpoint}");

/// <summary>Somebody took a file of an endpoint's calls.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="File">Id of the file.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Calls">Calls in it.</param>
public sealed record PredictionsExported(string Endpoint, string File, string Digest, long Calls)
    : LedgerEvent("predictions.exported", $"endpoint:{Endpoint}");

/// <summary>Says in the ledger who looked at calls. A page that is looked at is read every few seconds, so not each time.</summary>
internal sealed class ReadingRecord(AssayDb db, ILedger ledger, Caller caller, ProjectScope project, ReadingTimes times, TimeProvider clock)
{
    public async Task Read(string endpoint, CancellationToken cancel)
    {
        var (who, now) = ((project.Name!, endpoint, caller.Id), clock.GetUtcNow());
        if (!times.IsNew(who, now))
            return;
        ledger.Append(new PredictionsRead(endpoint));
        await db.SaveChangesAsync(cancel);
        times.Note(who, now);   // once it is said: else the next try would read unrecorded
    }
}

/// <summary>When whom was last recorded.</summary>
internal sealed class ReadingTimes
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<(string Project, string Endpoint, string Caller), DateTimeOffset> _last = new();

    /// <summary>Whether it is to be recorded that somebody looks.</summary>
    public bool IsNew((string Project, string Endpoint, string Caller) who, DateTimeOffset now) =>
        !_last.TryGetValue(who, out var last) || now - last >= Between;

    /// <summary>It was recorded.</summary>
    public void Note((string Project, string Endpoint, string Caller) who, DateTimeOffset now)
    {
        if (_last.Count >= KeptMax)
            _last.Clear();
        _last[who] = now;
    }
}
