using System.Text.Json;
using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>Begins to watch a dataset, changes how, and ends it.</summary>
internal static class ChangeDatasetMonitor
{
    private const int MonitorsMax = 500;   // of a project

    public static void Map(RouteGroupBuilder group)
    {
        group.MapPut("/{dataset}", Handle).WithName("ChangeDatasetMonitor").Requires(DataPermissions.Write, resource: "dataset");
        group.MapDelete("/{dataset}", Remove).WithName("RemoveDatasetMonitor").Requires(DataPermissions.Write, resource: "dataset");
    }

    private static async Task<Ok<DatasetMonitorDetail>> Handle(
        string dataset, DatasetMonitorSettings settings, AssayDb db, IDatasets datasets, ILedger ledger, CancellationToken cancel)
    {
        var newest = await datasets.Find(dataset, null, cancel) ?? throw Refusal.NotFound("dataset", dataset);
        await Check(dataset, settings, datasets, cancel);
        var json = JsonSerializer.Serialize(settings, AssayJson.Options);
        var saved = await db.DatasetMonitors.SingleOrDefaultAsync(row => row.Dataset == dataset, cancel);
        if (saved?.SettingsJson != json)
        {
            if (saved is null && await db.DatasetMonitors.CountAsync(cancel) >= MonitorsMax)
                throw Refusal.Limit(StatusCodes.Status409Conflict, $"A project may watch {MonitorsMax} datasets: end the monitor of one.");

            // The newest version is compared at once, so that one sees what it is like.
            if (saved is null)
                db.DatasetMonitors.Add(saved = new() { Dataset = dataset, SettingsJson = json, After = newest.Version.Version - 1 });
            saved.SettingsJson = json;
            saved.Revision++;
            ledger.Append(new DatasetMonitorChanged(dataset, settings));
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody else saved these settings between our reading and our writing
            {
                throw Refusal.Conflict($"Somebody changed the monitor of '{dataset}' at the same moment: look at it and send yours again.");
            }
        }

        return TypedResults.Ok(await ShowDatasetMonitors.Read(db, saved, cancel));
    }

    private static async Task Check(string dataset, DatasetMonitorSettings settings, IDatasets datasets, CancellationToken cancel)
    {
        if (!Enum.IsDefined(settings.Reference) || !Enum.IsDefined(settings.Severity))
            throw Refusal.Invalid("reference", "A reference is previous, fixed or sliding; a severity is info, warning or critical.");
        if (settings is { Version: not null, Reference: not DatasetReference.Fixed })
            throw Refusal.Invalid("version", "Only a fixed reference is one version: leave it out, or choose fixed.");
        if (settings is { Versions: not null, Reference: not DatasetReference.Sliding })
            throw Refusal.Invalid("versions", "Only a sliding reference is made of several versions: leave it out, or choose sliding.");
        if (settings.Reference == DatasetReference.Fixed && (settings.Version is not { } version || await datasets.Find(dataset, version, cancel) is null))
            throw Refusal.Invalid("version", $"Say which version of '{dataset}' others are compared with: one that there is.");
        if ((settings.Ignored ?? []).Any(column => column is not { Length: > 0 }))
            throw Refusal.Invalid("ignored", "A column to ignore has a name.");
    }

    private static async Task<NoContent> Remove(string dataset, AssayDb db, AlertBook book, ILedger ledger, CancellationToken cancel)
    {
        var saved = await db.DatasetMonitors.SingleOrDefaultAsync(row => row.Dataset == dataset, cancel) ?? throw Refusal.NotFound("monitor of a dataset", dataset);
        db.DatasetMonitors.Remove(saved);
        ledger.Append(new DatasetMonitorRemoved(dataset));
        foreach (var source in (string[])[AlertSources.Drift, AlertSources.Quality])
            await book.Calm(DatasetMonitorReading.Subject(dataset), source, "The dataset is not watched any more.", cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.ComparedVersions.Where(row => row.Dataset == dataset).ExecuteDeleteAsync(cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.NoContent();
    }
}
