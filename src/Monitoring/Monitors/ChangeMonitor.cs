using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Feedback;
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
        IAccess access,
        TimeProvider clock,
        CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        await Check(endpoint, settings, db, cancel);
        await LabelRights.Check(endpoint, settings.Retrain, db, access, cancel);
        await Save(endpoint, settings, db, ledger, clock, cancel);
        return TypedResults.Ok(await ShowMonitor.Read(db, served, cancel));
    }

    private static async Task Check(string endpoint, MonitorSettings settings, AssayDb db, CancellationToken cancel)
    {
        if (settings.Window is { Rows: { } rows } && rows < settings.MinimumRows)
            throw Refusal.Invalid("window.rows", $"A window of {rows} rows is never evaluated, as it needs {settings.MinimumRows}: raise it, or lower minimumRows.");
        if (settings.Bounds is { } bounds && !Enum.IsDefined(bounds.Kind))
            throw Refusal.Invalid("bounds.kind", "Bounds are fixed or learned.");
        if (settings.Reference is not { } reference)
            return;
        if (!Enum.IsDefined(reference.Kind))
            throw Refusal.Invalid("reference.kind", "A reference is training, fixed, sliding or first.");
        if (reference is { Kind: ReferenceKind.Sliding } && settings.Bounds is { Kind: BoundKind.Learned } learned && reference.WindowsWanted < learned.Windows)
            throw Refusal.Invalid("bounds.windows", $"A sliding reference of {reference.WindowsWanted} windows has not {learned.Windows} to learn bounds from: lower one, or raise the other.");
        if (reference is { Windows: not null, Kind: not ReferenceKind.Sliding })
            throw Refusal.Invalid("reference.windows", "Only a sliding reference is made of several windows: leave it out, or choose sliding.");
        if (reference is { Window: not null, Kind: not ReferenceKind.Fixed })
            throw Refusal.Invalid("reference.window", "Only a fixed reference is a window: leave it out, or choose fixed.");
        if (reference is { Kind: ReferenceKind.Fixed, Window: null })
            throw Refusal.Invalid("reference.window", "Say which window windows are compared with: 'assay monitor show' and GET /api/v1/monitors/{endpoint} have their ids.");
        if (reference.Window is { } id && !await db.EvaluatedWindows.AnyAsync(window => window.Endpoint == endpoint && window.Id == id && window.Rows > 0, cancel))
            throw Refusal.Invalid("reference.window", $"'{endpoint}' has no evaluated window '{id}' with rows: 'assay monitor show' and GET /api/v1/monitors/{{endpoint}} have their ids.");
    }

    private static async Task Save(string endpoint, MonitorSettings settings, AssayDb db, ILedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var saved = await db.MonitorSettings.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if ((saved?.ToSettings() ?? new MonitorSettings()) == settings)
            return;
        if (saved is null)
            db.MonitorSettings.Add(saved = new SavedSettings { Endpoint = endpoint, MinimumRows = 0, PsiThreshold = 0 });
        saved.Keep(settings);
        saved.ChangedAt = clock.GetUtcNow();
        saved.Revision++;
        ledger.Append(MonitorChanged.To(endpoint, settings));
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
