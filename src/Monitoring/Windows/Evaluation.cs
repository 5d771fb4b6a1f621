using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Serving;
using Assay.Statistics.Drift;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Windows;

/// <summary>
/// Compares an open window with its reference. The window, the alert that it raises or closes and the training that the
/// alert starts are one transaction.
/// </summary>
internal sealed class Evaluation(
    AssayDb db,
    WindowComparison comparison,
    DriftEpisodes episodes,
    Retraining retraining,
    MonitoringMeter meter,
    IOptions<MonitoringOptions> options,
    TimeProvider clock)
{
    /// <summary>Evaluates the endpoint's open window when it is due or <paramref name="asked"/> for; else returns null.</summary>
    public async Task<DriftWindow?> Run(ServedEndpoint served, bool asked, CancellationToken cancel)
    {
        var open = await db.OpenWindows.SingleOrDefaultAsync(window => window.Endpoint == served.Name, cancel);

        // Rows of a version that no longer answers have no baseline here; the next flush replaces them.
        if (open is null || open.Rows + open.Refused == 0 || open.Digest != served.Digest || open.Version != served.Version)
            return null;
        var settings = await db.SettingsOf(served.Name, cancel);
        if (!asked && !IsDue(open, settings))
            return null;

        var (reference, results) = await comparison.Run(served, open.Counts, settings, cancel);
        DriftResult[] all = [results.Score, .. results.Features];

        // What is due for its refused calls alone has too few rows to say anything of drift.
        var drifted = asked || open.Rows >= settings.MinimumRows ? new DriftRule(settings.PsiThreshold).Drifted(all) : [];
        var window = ToEvaluated(await NewId(served, cancel), open, results, drifted.Count > 0, reference.IsFilling && open.Rows > 0);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        db.EvaluatedWindows.Add(window);
        db.OpenWindows.Remove(open);
        var rules = await db.RulesOf(served.Name, cancel);
        var alert = await episodes.Judge(new(served, window, drifted, settings, rules) { Reference = reference, Results = results }, cancel);
        await db.SaveChangesAsync(cancel);
        if (alert is { RetrainDataset: not null })
            await retraining.Start(alert, cancel);
        await DeleteOld(served, settings, rules, cancel);
        await transaction.CommitAsync(cancel);

        meter.Evaluated(served, DriftWindow.Tells(window.Drifted, window.Rows, settings.MinimumRows) ? results : null, raised: alert?.Window == window.Id);
        return window.ToWindow();
    }

    private bool IsDue(OpenWindow open, MonitorSettings settings)
    {
        var age = clock.GetUtcNow() - open.From;
        if (age < TimeSpan.FromSeconds(options.Value.WindowSeconds) || Math.Max(open.Rows, open.Refused) < settings.MinimumRows)
            return false;
        return settings.Window is null or { Rows: null, Seconds: null }
            || Math.Max(open.Rows, open.Refused) >= settings.Window.Rows
            || age >= TimeSpan.FromSeconds(settings.Window.Seconds ?? int.MaxValue);
    }

    // Sorts behind the newest one, also where the clock of the replica that evaluated that is ahead of this one's.
    private async Task<string> NewId(ServedEndpoint served, CancellationToken cancel)
    {
        const int TimeDigits = 12;   // a version 7 UUID begins with milliseconds since 1970
        var newest = await db.EvaluatedWindows.Where(window => window.Endpoint == served.Name)
            .OrderByDescending(window => window.Id).Select(window => window.Id).FirstOrDefaultAsync(cancel);
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
        return newest is null || string.CompareOrdinal(id, newest) > 0
            ? id
            : Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(newest[..TimeDigits], 16) + 1)).ToString("N");
    }

    private static EvaluatedWindow ToEvaluated(string id, OpenWindow open, WindowResults results, bool drifted, bool filling) => new()
    {
        Id = id,
        Endpoint = open.Endpoint,
        Version = open.Version,
        Digest = open.Digest,
        From = open.From,
        To = open.To,
        Rows = open.Rows,
        Drifted = drifted,
        Filling = filling,
        MaxPsi = results.Features.Append(results.Score).Max(result => result.Psi),
        ResultsJson = JsonSerializer.Serialize(results, AssayJson.Options),
        CountsJson = open.CountsJson,
        CallsJson = open.CallsJson,
        OperationsJson = open.OperationsJson,
    };

    // A window that others are compared with, or that bounds are learned from, stays however old it is.
    private async Task DeleteOld(ServedEndpoint served, MonitorSettings settings, RuleSet rules, CancellationToken cancel)
    {
        var newestToGo = await db.EvaluatedWindows
            .Where(window => window.Endpoint == served.Name)
            .OrderByDescending(window => window.Id)
            .Skip(options.Value.WindowsKept)
            .Select(window => window.Id)
            .FirstOrDefaultAsync(cancel);
        if (newestToGo is null)
            return;
        var kept = await comparison.Keep(served, settings, cancel);
        foreach (var rule in rules.Rules.Where(rule => rule.LearnWindows is not null))
            kept.AddRange(await EarlyWindows.Of(db, served, rule).Select(window => window.Id).ToListAsync(cancel));
        await db.EvaluatedWindows
            .Where(window => window.Endpoint == served.Name && window.Id.CompareTo(newestToGo) <= 0 && !kept.Contains(window.Id))
            .ExecuteDeleteAsync(cancel);
    }
}
