using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

internal static class ChangeSettings
{
    private const string Path = "/{name}/performance-settings";

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet(Path, Show).WithName("ShowPerformanceSettings").Requires(MonitoringPermissions.Read, resource: "name");
        group.MapPut(Path, Change).WithName("ChangePerformanceSettings")
            .WithSummary("By which features rows are told apart, and from how many labels on a number is shown; segments count from now on.")
            .Requires(MonitoringPermissions.Write, resource: "name");
    }

    private static Task<PerformanceSettings> Show(string name, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        watched.Require(name);
        return db.PerformanceSettingsOf(name, cancel);
    }

    private static async Task<PerformanceSettings> Change(
        string name, PerformanceSettings settings, WatchedEndpoints watched, IPredictionLog log, SettingsChange change, CancellationToken cancel)
    {
        watched.Require(name);
        Check(settings, name, log);
        await change.Save(name, settings, cancel);
        return settings;
    }

    private static void Check(PerformanceSettings settings, string endpoint, IPredictionLog log)
    {
        settings.Concept.Check(log.Schema(endpoint)?.Task);
        var inputs = log.Schema(endpoint)?.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        for (var place = 0; place < settings.Segments.Count; place++)
        {
            if (inputs.Count == 0)
                throw Refusal.Invalid($"segments[{place}]", "Rows are told apart by the columns of a table, and this model takes tensors, which the log keeps as JSON. Leave the segments out.");
            if (settings.Segments[place] is not { } feature || !inputs.Contains(feature))
                throw Refusal.Invalid($"segments[{place}]", $"The model has no input '{settings.Segments[place]}'. Its inputs are {string.Join(", ", inputs.Take(20))}.");
        }

        if (settings.Segments.Distinct(StringComparer.Ordinal).Count() < settings.Segments.Count)
            throw Refusal.Invalid("segments", "A feature is named twice.");
        for (var place = 0; place < settings.Kpis.Count; place++)
        {
            var bounds = settings.Kpis[place];
            if (bounds is null)
                throw Refusal.Invalid($"kpis[{place}]", "A bound is an object with name, and minimum, maximum or learned.");
            if (bounds.Minimum > bounds.Maximum)
                throw Refusal.Invalid($"kpis[{place}]", "The least mean is above the largest one.");
        }
    }
}

/// <summary>Saves settings, with their event and what follows for the counts.</summary>
internal sealed class SettingsChange(AssayDb db, ILedger ledger, TimeProvider clock)
{
    /// <summary>Saves; segments that are new count from now on, and the windows of those that are left out go.</summary>
    public async Task Save(string endpoint, PerformanceSettings settings, CancellationToken cancel)
    {
        var former = await db.PerformanceSettingsOf(endpoint, cancel);
        if (former == settings)
            return;
        var saved = await db.PerformanceSettings.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if (saved is null)
            db.PerformanceSettings.Add(saved = new() { Endpoint = endpoint });
        saved.SettingsJson = JsonSerializer.Serialize(settings, AssayJson.Options);
        saved.Revision++;
        ledger.Append(new PerformanceSettingsChanged(endpoint, settings));
        if (!former.Segments.SequenceEqual(settings.Segments, StringComparer.Ordinal))
            await CountAnew(endpoint, cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody else saved these settings, or counted, between our reading and our writing
        {
            throw Refusal.Conflict($"Somebody changed the settings of '{endpoint}' at the same moment: look at them and send yours again.");
        }
    }

    // Counts of one segmentation can't be made from those of another: rows before now have none in the new one.
    private async Task CountAnew(string endpoint, CancellationToken cancel)
    {
        var state = await db.CountStates.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if (state is null)
            db.CountStates.Add(state = new() { Endpoint = endpoint });
        state.SegmentsFrom = clock.GetUtcNow();
        state.Revision++;
        db.PerformanceWindows.RemoveRange(await db.PerformanceWindows
            .Where(row => row.Endpoint == endpoint && row.Slice.StartsWith("feature:"))
            .ToListAsync(cancel));
    }
}
