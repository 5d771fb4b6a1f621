using Assay.Data;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.DatasetMonitors;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Starts retrainings after so many hours, and when there are new rows: always, while an alert lasts whose candidate was no better, or
/// while the dataset's own monitor says that it drifted.
/// </summary>
internal sealed class RetrainingTriggers(
    AssayDb db, WatchedEndpoints watched, Retraining retraining, RetrainingGuards guards, FreshLabels labels, RetrainingSources sources)
{
    /// <summary>Looks whether one is due at an endpoint, and starts it unless something holds it back.</summary>
    /// <param name="endpoint">Name of the endpoint.</param>
    /// <param name="fromLabels">Looks only where the dataset is made of labels, else only where it is not.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task Look(string endpoint, bool fromLabels, CancellationToken cancel)
    {
        var saved = await db.MonitorSettings.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        if (saved?.ToSettings().Retrain is not { } settings || settings.FromLabels != fromLabels || watched.List().FirstOrDefault(each => each.Name == endpoint) is not { } served)
            return;
        var last = await db.Retrainings.AsNoTracking().Where(run => run.Endpoint == endpoint).OrderByDescending(run => run.Id).FirstOrDefaultAsync(cancel);
        var due = Scheduled(settings, saved, last)
            ?? await NewLabels(settings, endpoint, last, cancel)
            ?? await NewVersion(settings, served, last, cancel);
        if (due is not { } cause || await guards.Held(endpoint, settings, cancel) is not null)
            return;
        try
        {
            if (fromLabels)
                await labels.Make(served, settings.Dataset, cancel);
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await retraining.Start(new(endpoint, served.Model, served.Version, settings.Dataset, cause.Trigger, cause.Because), cause.Alert, cancel);
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (Refusal)
        {
            // It can't be started now; whoever asks by hand is told why. The next tick tries again.
        }
    }

    private Due? Scheduled(RetrainSettings settings, SavedSettings saved, RetrainingRun? last)
    {
        if (settings.EveryHours is not { } hours || (last?.StartedAt ?? saved.ChangedAt) is not { } before)
            return null;
        return sources.Clock.GetUtcNow() - before >= TimeSpan.FromHours(hours)
            ? new(RetrainingTrigger.Schedule, $"{hours} hours have passed since {Finding.Moment(before)}.")
            : null;
    }

    private async Task<Due?> NewLabels(RetrainSettings settings, string endpoint, RetrainingRun? last, CancellationToken cancel)
    {
        if (settings.NewLabels is not { } enough || await labels.Since(endpoint, last?.StartedAt ?? DateTimeOffset.UnixEpoch, cancel) is var count && count < enough)
            return null;
        return new(RetrainingTrigger.NewLabels, string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{count:N0} labels came{(last is null ? "" : $" since {Finding.Moment(last.StartedAt)}")}, and {enough:N0} start a retraining."));
    }

    // An alert of a dataset is about all endpoints whose models are trained on it again: it starts one at each.
    private Task<Alert?> DatasetDrifts(string dataset, CancellationToken cancel)
    {
        var subject = DatasetMonitorReading.Subject(dataset);
        return db.Alerts.AsNoTracking().SingleOrDefaultAsync(
            alert => alert.Endpoint == subject && alert.Source == AlertSources.Drift && alert.State != AlertState.Closed, cancel);
    }

    // Else one candidate that was no better would end the loop for as long as the drift goes on.
    private Task<bool> AlertLasts(string endpoint, CancellationToken cancel) => db.Alerts.AnyAsync(
        alert => alert.Endpoint == endpoint && alert.State != AlertState.Closed && alert.Promoted == false
            && (alert.RetrainingState == RetrainingState.Finished || alert.RetrainingState == RetrainingState.Failed),
        cancel);

    // New is what neither the last retraining nor the version that answers was trained on.
    private async Task<Due?> NewVersion(RetrainSettings settings, ServedEndpoint served, RetrainingRun? last, CancellationToken cancel)
    {
        var drift = settings.OnAlert ? await DatasetDrifts(settings.Dataset, cancel) : null;
        if (drift is null && !settings.OnNewVersion && !await AlertLasts(served.Name, cancel))
            return null;
        if (await sources.Datasets.Find(settings.Dataset, version: null, cancel) is not { Version.Version: var newest })
            return null;
        var used = last?.Dataset == settings.Dataset ? last.DatasetVersion : 0;
        if (newest <= used)
            return null;
        var recipe = await sources.Trainings.FindRecipe(served.Model, served.Version, cancel);
        used = Math.Max(used, recipe?.Datasets.FirstOrDefault(dataset => dataset.Name == settings.Dataset)?.Version ?? 0);
        if (newest <= used)
            return null;
        return drift is null ? new(RetrainingTrigger.NewVersion, $"'{settings.Dataset}' has version {newest}.") : new(RetrainingTrigger.Alert, drift.Summary, drift.Id);
    }

    /// <summary>What starts one now.</summary>
    private sealed record Due(RetrainingTrigger Trigger, string Because, string? Alert = null);
}

/// <summary>Where it is seen what was trained on, and what is new.</summary>
internal sealed record RetrainingSources(ITrainings Trainings, IDatasets Datasets, TimeProvider Clock);
