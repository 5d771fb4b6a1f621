using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>Reads the events that wait for their place, and tells those that the server wrote from all others.</summary>
internal sealed class PendingEvents(AssayDb db, EventMacs macs)
{
    /// <summary>The next ones that may have a place, in the order in which they were inserted, and whether there may be more.</summary>
    /// <param name="count">Rows that are read at once.</param>
    /// <param name="leftAside">Called with each one that may not.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<(List<LedgerRow> Rows, bool More)> Next(int count, Action<LedgerRow> leftAside, CancellationToken cancel)
    {
        // What was left aside stays where it is and must hold nobody up: it is read past.
        for (var last = long.MinValue; ;)
        {
            var read = await db.LedgerEvents.Where(row => row.Index == null && row.Sequence > last).OrderBy(row => row.Sequence).Take(count).ToListAsync(cancel);
            var genuine = await Genuine(read, cancel);
            foreach (var row in read.Except(genuine))
                leftAside(row);
            if (genuine.Count > 0 || read.Count < count)
                return (genuine, read.Count == count);
            last = read[^1].Sequence;
        }
    }

    // An index keeps ids unique, but whoever could copy an event could have dropped it: an event that had its place already
    // would state once more what a row was like then.
    private async Task<List<LedgerRow>> Genuine(List<LedgerRow> read, CancellationToken cancel)
    {
        var fitting = read.FindAll(macs.Fits);
        if (fitting.Count == 0)
            return fitting;
        var ids = fitting.ConvertAll(row => row.Id);
        var seen = await db.LedgerEvents.Where(row => row.Index != null && ids.Contains(row.Id)).Select(row => row.Id).ToHashSetAsync(cancel);
        return fitting.FindAll(row => seen.Add(row.Id));
    }
}

/// <summary>Logs events that are left aside, each once.</summary>
internal sealed class LeftAside(ILogger<LeftAside> log)
{
    private const int LoggedMax = 100;
    private readonly HashSet<long> _logged = [];

    public void Note(LedgerRow row)
    {
        if (_logged.Count >= LoggedMax || !_logged.Add(row.Sequence))
            return;
        log.LogError(
            "Event {Id} ({Type}, {Subject}) was put into the database without the server, and is not taken into the ledger's tree. Run 'assay ledger verify'.",
            row.Id, row.Type, row.Subject);
    }
}
