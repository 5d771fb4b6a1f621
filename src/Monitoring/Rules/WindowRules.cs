using System.Globalization;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Profiles;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>
/// Judges the quality of what a window was asked: missing values, and values that training never saw. A share is above its
/// bound when the lower end of its 99 % confidence interval is, so that a few rows prove nothing.
/// </summary>
internal sealed class WindowRules(AssayDb db, AlertBook book)
{
    private const double Z = 2.576;   // two-sided 99 %

    /// <summary>Raises or closes the alert on quality; saves nothing.</summary>
    public async Task Judge(ServedEndpoint served, EvaluatedWindow window, RuleSet rules, CancellationToken cancel)
    {
        var quality = rules.Of(RuleSignal.MissingShare, RuleSignal.UnseenShare).ToList();
        if (served.Baseline is not { } baseline)
            return;
        var windows = await Newest(window, quality.Select(rule => rule.Windows).DefaultIfEmpty(1).Max(), cancel);
        var breached = quality
            .Where(rule => windows.Count >= rule.Windows && windows.Take(rule.Windows).All(each => Signals(rule, baseline, each).Count > 0))
            .Select(rule => (Rule: rule, Signals: Signals(rule, baseline, window)))
            .ToList();
        if (breached.Count > 0)
            await book.Raise(Found(served, window, breached), cancel);
        else if (quality.Count == 0 || quality.TrueForAll(rule => window.Rows >= rule.MinimumRows))
            await book.Calm(served.Name, AlertSources.Quality, string.Create(CultureInfo.InvariantCulture, $"A window of {window.Rows:N0} rows is within the bounds again."), cancel);
    }

    /// <summary>Whether as many windows in a row have drifted as the rule wants; this one has.</summary>
    public async Task<bool> HasDriftedLongEnough(EvaluatedWindow window, AlertRule rule, CancellationToken cancel) =>
        (await Newest(window, rule.Windows, cancel)) is var windows && windows.Count >= rule.Windows && windows.TrueForAll(each => each.Drifted);

    // The counts of former windows stay with them, so that a rule that was made today can look back.
    private async Task<List<EvaluatedWindow>> Newest(EvaluatedWindow window, int count, CancellationToken cancel)
    {
        if (count == 1)
            return [window];
        var former = await db.EvaluatedWindows.AsNoTracking()
            .Where(each => each.Endpoint == window.Endpoint && each.Version == window.Version && each.Id != window.Id)
            .OrderByDescending(each => each.Id).Take(count - 1).ToListAsync(cancel);
        return [window, .. former];
    }

    private static List<AlertSignal> Signals(AlertRule rule, BaselineProfile baseline, EvaluatedWindow window)
    {
        if (window.Rows < rule.MinimumRows)
            return [];
        var counts = JsonSerializer.Deserialize<ModelWindow>(window.CountsJson, AssayJson.Options)!;
        if (counts.Features.Count != baseline.Features.Count)
            return [];
        return
        [
            .. baseline.Features.Zip(counts.Features)
                .Select(pair => (pair.First.Name, Share: Above(rule.Signal, pair.First, pair.Second), pair.Second.Rows))
                .Where(each => each.Share.Surely > rule.Above)
                .OrderByDescending(each => each.Share.Value)
                .Select(each => new AlertSignal(each.Name, rule.Signal == RuleSignal.MissingShare ? "missing share above training" : "unseen share above training", each.Share.Value, rule.Above!.Value, each.Rows)),
        ];
    }

    private static (double Value, double Surely) Above(RuleSignal signal, Baseline baseline, CountedWindow live)
    {
        if (live.Rows == 0 || live.Counts.Length != baseline.Counts.Count)
            return (0, 0);
        var (count, before) = signal == RuleSignal.MissingShare
            ? (live.Missing, baseline.Missing)
            : (Unseen(baseline, live.Counts), baseline.Categories is null ? 0 : baseline.Counts[^1]);
        var rows = (double)(baseline.Counts.Sum() + baseline.Missing);
        var usual = rows == 0 ? 0 : before / rows;
        return ((count / (double)live.Rows) - usual, LowerEnd(count, live.Rows) - usual);
    }

    // Of a category the last bin has every value without a bin of its own; of a number, bins in which training had no value.
    private static long Unseen(Baseline baseline, long[] counts) => baseline.Categories is not null
        ? counts[^1]
        : counts.Where((_, bin) => baseline.Counts[bin] == 0).Sum();

    /// <summary>Lower end of Wilson's interval of a share (E. B. Wilson, Probable inference, JASA 22, 1927).</summary>
    private static double LowerEnd(long count, long rows)
    {
        var (share, n) = (count / (double)rows, (double)rows);
        var centre = share + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        return Math.Max(0, (centre - half) / (1 + (Z * Z / n)));
    }

    private static Finding Found(ServedEndpoint served, EvaluatedWindow window, List<(AlertRule Rule, List<AlertSignal> Signals)> breached)
    {
        List<AlertSignal> signals = [.. breached.SelectMany(each => each.Signals).OrderByDescending(signal => signal.Value)];
        var worst = signals[0];
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Data of {served.Name}, version {window.Version}: {worst.Name}{(signals.Count > 1 ? $" and {signals.Count - 1} more" : "")}; {worst.Measure} {worst.Value:P1}, bound {worst.Bound:P1}, over {window.Rows:N0} rows since {Finding.Moment(window.From)}.");
        return new(served.Name, AlertSources.Quality, breached.Max(each => each.Rule.Severity), summary)
        {
            Model = served.Model,
            Version = window.Version,
            Since = window.From,
            Window = window.Id,
            Signals = signals,
        };
    }
}
