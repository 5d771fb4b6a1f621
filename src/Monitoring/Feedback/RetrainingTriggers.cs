using Assay.Data;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>Starts retrainings after so many hours, and when there are new rows: always, or while an alert lasts whose candidate was no better.</summary>
internal sealed class RetrainingTriggers(
    AssayDb db, WatchedEndpoints watched, Retraining retraining, RetrainingGuards guards, ITrainings trainings, IDatasets datasets, TimeProvider clock)
{
    /// <summary>Looks whether one is due at an endpoint, and starts it unless something holds it back.</summary>
    public async Task Look(string endpoint, CancellationToken cancel)
    {
        var saved = await db.MonitorSettings.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if (saved?.ToSettings().Retrain is not { } settings || watched.List().FirstOrDefault(each => each.Name == endpoint) is not { } served)
            return;
        var last = await db.Retrainings.AsNoTracking().Where(run => run.Endpoint == endpoint).OrderByDescending(run => run.Id).FirstOrDefaultAsync(cancel);
        var due = Scheduled(settings, saved, last)
            ?? (settings.OnNewVersion || await AlertLasts(endpoint, cancel) ? await NewVersion(settings, served.Model, served.Version, last, cancel) : null);
        if (due is not { } cause || await guards.Held(endpoint, settings, cancel) is not null)
            return;
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await retraining.Start(new(endpoint, served.Model, served.Version, settings.Dataset, cause.Trigger, cause.Because), alert: null, cancel);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (Refusal)
        {
            // It can't be started now; whoever asks by hand is told why. The next tick tries again.
        }
    }

    private (RetrainingTrigger Trigger, string Because)? Scheduled(RetrainSettings settings, SavedSettings saved, RetrainingRun? last)
    {
        if (settings.EveryHours is not { } hours || (last?.StartedAt ?? saved.ChangedAt) is not { } before)
            return null;
        return clock.GetUtcNow() - before >= TimeSpan.FromHours(hours)
            ? (RetrainingTrigger.Schedule, $"{hours} hours have passed since {Finding.Moment(before)}.")
            : null;
    }

    // Else one candidate that was no better would end the loop for as long as the drift goes on.
    private Task<bool> AlertLasts(string endpoint, CancellationToken cancel) => db.Alerts.AnyAsync(
        alert => alert.Endpoint == endpoint && alert.State != AlertState.Closed && alert.Promoted == false
            && (alert.RetrainingState == RetrainingState.Finished || alert.RetrainingState == RetrainingState.Failed),
        cancel);

    // New is what neither the last retraining nor the version that answers was trained on.
    private async Task<(RetrainingTrigger Trigger, string Because)?> NewVersion(
        RetrainSettings settings, string model, int version, RetrainingRun? last, CancellationToken cancel)
    {
        if (await datasets.Find(settings.Dataset, version: null, cancel) is not { Version.Version: var newest })
            return null;
        var used = last?.Dataset == settings.Dataset ? last.DatasetVersion : 0;
        if (newest <= used)
            return null;
        var recipe = await trainings.FindRecipe(model, version, cancel);
        used = Math.Max(used, recipe?.Datasets.FirstOrDefault(dataset => dataset.Name == settings.Dataset)?.Version ?? 0);
        return newest > used ? (RetrainingTrigger.NewVersion, $"'{settings.Dataset}' has version {newest}.") : null;
    }
}
