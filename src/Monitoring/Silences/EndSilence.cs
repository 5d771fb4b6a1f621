using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Silences;

/// <summary>Ends a silence before its time. What it held back is told now, where it lasts.</summary>
internal static class EndSilence
{
    public static void Map(RouteGroupBuilder group) => group.MapDelete("/{id}", Handle).WithName("EndSilence").Requires(MonitoringPermissions.Write);

    private static async Task<NoContent> Handle(string id, AssayDb db, ILedger ledger, Caller caller, TimeProvider clock, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var silence = await db.Silences.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("silence", id);
        if (silence.To <= now)
            throw Refusal.Conflict($"This silence ended at {Finding.Moment(silence.To)}.");
        var former = silence.To;
        (silence.To, silence.EndedBy) = (now, caller.Principal ?? caller.Id);
        silence.Revision++;
        ledger.Append(new SilenceEnded(id));
        await db.SaveChangesAsync(cancel);
        await db.Deliveries.Where(row => row.DoneAt == null && row.DueAt == former).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, now), cancel);
        return TypedResults.NoContent();
    }
}
