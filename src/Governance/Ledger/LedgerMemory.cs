using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>Reads events as they are saved, whether or not they have their place in the tree yet.</summary>
internal sealed class LedgerMemory(AssayDb db, ProjectScope scope) : ILedgerMemory
{
    public async Task<JsonElement?> Newest(string type, string subject, CancellationToken cancel)
    {
        var body = await Rows(type, subject).OrderByDescending(row => row.Sequence).Select(row => row.Body).FirstOrDefaultAsync(cancel);
        if (body is null)
            return null;
        using var entry = JsonDocument.Parse(body);
        return entry.RootElement.GetProperty("data").Clone();
    }

    public Task<int> Count(string type, string subject, CancellationToken cancel) => Rows(type, subject).CountAsync(cancel);

    public async Task<IReadOnlyList<RememberedEvent>> Newest(RememberedQuery query, int count, CancellationToken cancel)
    {
        var types = query.Types;
        var found = new List<LedgerRow>();
        foreach (var subject in query.Subjects)
        {
            found.AddRange(await db.LedgerEvents.AsNoTracking()
                .Fitting(new LedgerSearch { Subject = subject, Since = query.Since, Project = scope.Name }, db)
                .Where(row => types.Contains(row.Type))
                .OrderByDescending(row => row.Sequence).Take(count).ToListAsync(cancel));
        }

        return [.. found.OrderByDescending(row => row.Sequence).Take(count).Select(Remember)];
    }

    private static RememberedEvent Remember(LedgerRow row)
    {
        using var entry = JsonDocument.Parse(row.Body);
        return new(row.At, row.Type, row.Subject, row.Actor, entry.RootElement.GetProperty("data").Clone());
    }

    private IQueryable<LedgerRow> Rows(string type, string subject) => db.LedgerEvents.AsNoTracking()
        .Where(row => row.Subject == subject && row.Type == type && row.Project == scope.Name);
}
