using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Monitors;

internal static class ChangeMonitor
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/{endpoint}", Handle).WithName("ChangeMonitor").Requires(MonitoringPermissions.Write, resource: "endpoint");

    private static async Task<Ok<MonitorDetail>> Handle(
        string endpoint,
        MonitorSettings settings,
        AssayDb db,
        ILedger ledger,
        WatchedEndpoints watched,
        TimeProvider clock,
        CancellationToken cancel)
    {
        watched.Require(endpoint);
        await Save(endpoint, settings, db, ledger, clock, cancel);
        return TypedResults.Ok(await ShowMonitor.Read(db, endpoint, cancel));
    }

    private static async Task Save(string endpoint, MonitorSettings settings, AssayDb db, ILedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var saved = await db.MonitorSettings.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if ((saved?.ToSettings() ?? new MonitorSettings()) == settings)
            return;
        if (saved is null)
            db.MonitorSettings.Add(saved = new SavedSettings { Endpoint = endpoint, MinimumRows = 0, PsiThreshold = 0 });
        saved.MinimumRows = settings.MinimumRows;
        saved.PsiThreshold = settings.PsiThreshold;
        saved.Keep(settings.Retrain);
        saved.ChangedAt = clock.GetUtcNow();
        saved.Revision++;
        ledger.Append(new MonitorChanged(endpoint, saved.MinimumRows, saved.PsiThreshold, settings.Retrain));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException)   // somebody else saved these settings between our reading and our writing
        {
            throw Refusal.Conflict($"Somebody changed the monitor of '{endpoint}' at the same moment: look at it and send yours again.");
        }
    }
}
