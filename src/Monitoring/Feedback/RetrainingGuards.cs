using System.Globalization;
using Assay.Data;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>What keeps the loop from training too often, too long, or on nothing new.</summary>
internal sealed class RetrainingGuards(AssayDb db, IDatasets datasets, FreshLabels labels, TimeProvider clock)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>What holds back a retraining of the endpoint, in one sentence; null when nothing does.</summary>
    public async Task<string?> Held(string endpoint, RetrainSettings settings, CancellationToken cancel)
    {
        if (settings.FromLabels && labels.Masked(endpoint) is { } masked)
            return masked;
        var last = await db.Retrainings.AsNoTracking().Where(run => run.Endpoint == endpoint).OrderByDescending(run => run.Id).FirstOrDefaultAsync(cancel);
        if (last is null)
            return null;
        if (last.EndedAt is null)
            return $"Training {last.Training} is not over.";
        if (last.State == RetrainingState.Running)
            return $"The roll-out of version {last.Candidate}, which the last retraining made, is not over.";
        var now = clock.GetUtcNow();
        if (last.StartedAt + TimeSpan.FromHours(settings.CoolDownHours) is var cool && cool > now)
            return Sentence($"The last retraining was started at {Moment(last.StartedAt)}, and {settings.CoolDownHours:0.##} hours must pass: another one can start at {Moment(cool)}.");
        return await TooMuch(endpoint, settings, now, cancel) ?? await TooLittleNew(last, settings, cancel);
    }

    private async Task<string?> TooMuch(string endpoint, RetrainSettings settings, DateTimeOffset now, CancellationToken cancel)
    {
        var since = IdOf(now - Week);
        var week = await db.Retrainings.AsNoTracking()
            .Where(run => run.Endpoint == endpoint && string.Compare(run.Id, since) > 0)
            .Select(run => new { run.StartedAt, run.EndedAt })
            .ToListAsync(cancel);
        if (week.Count >= settings.MaximumPerWeek)
            return $"{week.Count} retrainings were started in the last seven days, and {settings.MaximumPerWeek} are allowed.";
        var minutes = week.Sum(run => ((run.EndedAt ?? now) - run.StartedAt).TotalMinutes);
        return settings.BudgetMinutesPerWeek is { } budget && minutes >= budget
            ? Sentence($"Retrainings took {minutes:0.#} minutes in the last seven days, and the budget is {budget}.")
            : null;
    }

    private async Task<string?> TooLittleNew(RetrainingRun last, RetrainSettings settings, CancellationToken cancel)
    {
        if (settings.MinimumNewRows == 0 || last.Dataset != settings.Dataset)
            return null;
        if (settings.FromLabels)
        {
            var count = await labels.Since(last.Endpoint, last.StartedAt, cancel);
            return count >= settings.MinimumNewRows
                ? null
                : Sentence($"{count:N0} labels came since the last retraining, and {settings.MinimumNewRows:N0} are asked for.");
        }

        var newest = await datasets.Find(settings.Dataset, version: null, cancel);
        var before = await datasets.Find(settings.Dataset, last.DatasetVersion, cancel);
        var gained = (newest?.Version.Rows ?? 0) - (before?.Version.Rows ?? 0);
        return gained >= settings.MinimumNewRows
            ? null
            : Sentence($"'{settings.Dataset}' has gained {Math.Max(gained, 0):N0} rows since the last retraining, and {settings.MinimumNewRows:N0} are asked for.");
    }

    // Ids begin with their time.
    private static string IdOf(DateTimeOffset moment) => Guid.CreateVersion7(moment).ToString("N")[..12];

    private static string Moment(DateTimeOffset moment) => Alerts.Finding.Moment(moment);

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
