using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>Reads events as they are saved, whether or not they have their place in the tree yet. Those that the server didn't write are none.</summary>
internal sealed class LedgerMemory(AssayDb db, EventMacs macs, ProjectScope scope) : ILedgerMemory
{
    private const int RowsAtOnce = 200;

    public async Task<JsonElement?> Newest(string type, string subject, CancellationToken cancel)
    {
        await foreach (var row in Rows(type, subject).OrderByDescending(row => row.Sequence).AsAsyncEnumerable().WithCancellation(cancel))
        {
            if (macs.IsBelieved(row))
                return Remember(row).Data;
        }

        return null;
    }

    public async Task<int> Count(string type, string subject, CancellationToken cancel)
    {
        var count = 0;
        await foreach (var row in Rows(type, subject).AsAsyncEnumerable().WithCancellation(cancel))
            count += macs.IsBelieved(row) ? 1 : 0;
        return count;
    }

    public async Task<IReadOnlyList<RememberedEvent>> Newest(RememberedQuery query, int count, CancellationToken cancel)
    {
        var found = new List<LedgerRow>();
        foreach (var rows in Each(query))
            found.AddRange(await rows.OrderByDescending(row => row.Sequence).Take(count).ToListAsync(cancel));
        return [.. found.OrderByDescending(row => row.Sequence).Take(count).Where(macs.IsBelieved).Select(Remember)];
    }

    public async IAsyncEnumerable<RememberedEvent> Read(RememberedQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var last = -1L; ;)
        {
            var found = new List<LedgerRow>();
            foreach (var rows in Each(query))
                found.AddRange(await rows.Where(row => row.Sequence > last).OrderBy(row => row.Sequence).Take(RowsAtOnce).ToListAsync(cancel));
            var part = found.OrderBy(row => row.Sequence).Take(RowsAtOnce).ToList();
            foreach (var row in part.Where(macs.IsBelieved))
                yield return Remember(row);
            if (part.Count < RowsAtOnce)
                yield break;
            last = part[^1].Sequence;
        }
    }

    // One query for each subject, since each has its own place in the index.
    private IEnumerable<IQueryable<LedgerRow>> Each(RememberedQuery query)
    {
        var types = query.Types;
        return query.Subjects.Select(subject => db.LedgerEvents.AsNoTracking()
            .Fitting(new LedgerSearch { Subject = subject, Since = query.Since, Until = query.Until, Project = scope.Name }, db)
            .Where(row => types.Contains(row.Type)));
    }

    private static RememberedEvent Remember(LedgerRow row)
    {
        using var entry = JsonDocument.Parse(row.Body);
        return new(row.At, row.Type, row.Subject, row.Actor, entry.RootElement.GetProperty("data").Clone());
    }

    private IQueryable<LedgerRow> Rows(string type, string subject) => db.LedgerEvents.AsNoTracking()
        .Where(row => row.Subject == subject && row.Type == type && row.Project == scope.Name);
}
