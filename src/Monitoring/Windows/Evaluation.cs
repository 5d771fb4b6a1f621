using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Serving;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Windows;

/// <summary>
/// Compares an open window with its baseline. The window, the alert that it raises or closes and the training that the
/// alert starts are one transaction.
/// </summary>
internal sealed class Evaluation(
    AssayDb db, DriftEpisodes episodes, Retraining retraining, MonitoringMeter meter, IOptions<MonitoringOptions> options, TimeProvider clock)
{
    /// <summary>Evaluates the endpoint's open window when it is due or <paramref name="asked"/> for; else returns null.</summary>
    public async Task<DriftWindow?> Run(ServedEndpoint served, bool asked, CancellationToken cancel)
    {
        var open = await db.OpenWindows.SingleOrDefaultAsync(window => window.Endpoint == served.Name, cancel);

        // Rows of a version that no longer answers have no baseline here; the next flush replaces them.
        if (open is null || served.Baseline is not { } baseline || open.Rows == 0 || open.Digest != served.Digest || open.Version != served.Version)
            return null;
        var settings = await db.SettingsOf(served.Name, cancel);
        if (!asked && !IsDue(open, settings))
            return null;

        var results = Compare(baseline, open);
        DriftResult[] all = [results.Score, .. results.Features];
        var drifted = new DriftRule(settings.PsiThreshold).Drifted(all);
        var window = ToEvaluated(open, results, drifted.Count > 0);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        db.EvaluatedWindows.Add(window);
        db.OpenWindows.Remove(open);
        var alert = await episodes.Judge(new(served, window, drifted, settings, await db.RulesOf(served.Name, cancel)), cancel);
        await db.SaveChangesAsync(cancel);
        if (alert is { RetrainDataset: not null })
            await retraining.Start(alert, cancel);
        await DeleteOld(served.Name, cancel);
        await transaction.CommitAsync(cancel);

        meter.Evaluated(served, results, raised: alert?.Window == window.Id);
        return window.ToWindow();
    }

    private bool IsDue(OpenWindow open, MonitorSettings settings) =>
        open.Rows >= settings.MinimumRows && clock.GetUtcNow() - open.From >= TimeSpan.FromSeconds(options.Value.WindowSeconds);

    private static WindowResults Compare(BaselineProfile baseline, OpenWindow open)
    {
        var counts = open.Counts;
        return new(
            DriftTest.Compare(baseline.Score, counts.Score),
            [.. baseline.Features.Zip(counts.Features, DriftTest.Compare)]);
    }

    private EvaluatedWindow ToEvaluated(OpenWindow open, WindowResults results, bool drifted) => new()
    {
        Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"),
        Endpoint = open.Endpoint,
        Version = open.Version,
        From = open.From,
        To = open.To,
        Rows = open.Rows,
        Drifted = drifted,
        MaxPsi = results.Features.Append(results.Score).Max(result => result.Psi),
        ResultsJson = JsonSerializer.Serialize(results, AssayJson.Options),
        CountsJson = open.CountsJson,
    };

    private async Task DeleteOld(string endpoint, CancellationToken cancel)
    {
        var newestToGo = await db.EvaluatedWindows
            .Where(window => window.Endpoint == endpoint)
            .OrderByDescending(window => window.Id)
            .Skip(options.Value.WindowsKept)
            .Select(window => window.Id)
            .FirstOrDefaultAsync(cancel);
        if (newestToGo is not null)
        {
            await db.EvaluatedWindows
                .Where(window => window.Endpoint == endpoint && window.Id.CompareTo(newestToGo) <= 0)
                .ExecuteDeleteAsync(cancel);
        }
    }
}
