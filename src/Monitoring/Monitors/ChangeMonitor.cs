using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Feedback;
using Assay.Serving;
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
        await Check(served, settings, db, cancel);
        await LabelRights.Check(endpoint, settings.Retrain, db, access, cancel);
        await Save(endpoint, settings, db, ledger, clock, cancel);
        return TypedResults.Ok(await ShowMonitor.Read(db, served, cancel));
    }

    private static async Task Check(ServedEndpoint served, MonitorSettings settings, AssayDb db, CancellationToken cancel)
    {
        var endpoint = served.Name;
        if (settings.Window is { Rows: { } rows } && rows < settings.MinimumRows)
            throw Refusal.Invalid("window.rows", $"A window of {rows} rows is never evaluated, as it needs {settings.MinimumRows}: raise it, or lower minimumRows.");
        if (settings.Bounds is { } bounds && !Enum.IsDefined(bounds.Kind))
            throw Refusal.Invalid("bounds.kind", "Bounds are fixed or learned.");
        CheckTests(settings.Tests);
        if (settings.Segments is { } segments && segments.Features.Distinct(StringComparer.Ordinal).Count() < segments.Features.Count)
            throw Refusal.Invalid("segments.features", "Each input makes parts once: leave the second one out.");
        foreach (var feature in settings.Segments?.Features ?? [])
        {
            if (!served.Baseline.IsUnknown && served.Baseline.Features.All(each => each.Name != feature))
                throw Refusal.Invalid("segments.features", $"The model has no input '{feature}' to make parts by.");
        }

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

    // Two lists of the same features are not the same list.
    private static string Written(MonitorSettings settings) => JsonSerializer.Serialize(settings, AssayJson.Options);

    private static void CheckTests(DriftTests? tests)
    {
        if (tests is null)
            return;
        if (!Enum.IsDefined(tests.Measure) || (tests.Features ?? []).Any(feature => feature is null || !Enum.IsDefined(feature.Measure)))
            throw Refusal.Invalid("tests", "Drift is measured by psi, jensenShannon, hellinger, ks or wasserstein.");
        if ((tests.Features ?? []).GroupBy(feature => feature.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Refusal.Invalid("tests.features", $"'{twice.Key}' is there twice: say once how it is judged.");
    }

    private static async Task Save(string endpoint, MonitorSettings settings, AssayDb db, ILedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var saved = await db.MonitorSettings.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if (Written(saved?.ToSettings() ?? new MonitorSettings()) == Written(settings))
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
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody else saved these settings between our reading and our writing
        {
            throw Refusal.Conflict($"Somebody changed the monitor of '{endpoint}' at the same moment: look at it and send yours again.");
        }
    }
}
