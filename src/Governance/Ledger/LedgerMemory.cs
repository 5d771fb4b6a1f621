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

    private IQueryable<LedgerRow> Rows(string type, string subject) => db.LedgerEvents.AsNoTracking()
        .Where(row => row.Subject == subject && row.Type == type && row.Project == scope.Name);
}
