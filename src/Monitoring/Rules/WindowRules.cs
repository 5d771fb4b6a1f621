using System.Globalization;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Windows;
using Assay.Statistics.Drift;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>
/// Judges the quality of what a window was asked. A share is above its bound when the lower end of its 99 % confidence
/// interval is, so that a few rows prove nothing.
/// </summary>
internal sealed class WindowRules(AssayDb db, AlertBook book)
{
    private static readonly RuleSignal[] OnQuality =
        [RuleSignal.MissingShare, RuleSignal.UnseenShare, RuleSignal.OutsideShare, RuleSignal.RefusedShare, RuleSignal.VanishedFeature, RuleSignal.ConstantFeature];

    /// <summary>Raises or closes the alert on quality; saves nothing.</summary>
    public async Task Judge(Judged judged, CancellationToken cancel)
    {
        var (served, window) = (judged.Served, judged.Window);
        var rules = judged.Rules.Of(OnQuality).ToList();
        if (rules.Count == 0)
        {
            await book.Calm(served.Name, AlertSources.Quality, "There is no rule on quality any more.", cancel);
            return;
        }

        var windows = await Newest(window, rules.Max(rule => rule.Windows), cancel);
        var seen = windows.ConvertAll(each => new Seen(each, WindowQuality.Of(each.Counts, each.Calls, judged.Reference), WindowQuality.Refused(each.Calls)));
        var bounds = new Dictionary<AlertRule, Func<string, double>>();
        foreach (var rule in rules)
            bounds[rule] = rule.LearnWindows is { } count ? await Learned(rule, count, judged, cancel) : _ => rule.Above ?? 0;
        var breached = rules
            .Where(rule => seen.Count >= rule.Windows && seen.Take(rule.Windows).All(each => Signals(rule, each, bounds[rule]).Count > 0))
            .Select(rule => new Breach(rule, Signals(rule, seen[0], bounds[rule]), seen[rule.Windows - 1].Window.From))
            .ToList();
        if (breached.Count > 0)
            await book.Raise(Found(judged, breached), cancel);
        else if (rules.TrueForAll(rule => Rows(rule, seen[0]) >= rule.MinimumRows))
            await book.Calm(served.Name, AlertSources.Quality, string.Create(CultureInfo.InvariantCulture, $"A window of {window.Rows:N0} rows is within the bounds again."), cancel);
    }

    /// <summary>The beginning of the first of as many drifted windows in a row as the rule wants, of which this one is the last; null when they are fewer.</summary>
    public async Task<DateTimeOffset?> DriftedSince(EvaluatedWindow window, AlertRule rule, CancellationToken cancel) =>
        (await Newest(window, rule.Windows, cancel)) is var windows && windows.Count >= rule.Windows && windows.TrueForAll(each => each.Drifted) ? windows[^1].From : null;

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

    // Of each feature what was usual in the first windows of the version; until they are there the rule's own bound holds.
    private async Task<Func<string, double>> Learned(AlertRule rule, int count, Judged judged, CancellationToken cancel)
    {
        const double Deviations = 3;
        var floor = rule.Above ?? 0;
        var early = await EarlyWindows.Of(db, judged.Served, rule).ToListAsync(cancel);
        if (early.Count < count)
            return _ => floor;
        var usual = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var feature in early.SelectMany(each => WindowQuality.Of(each.Counts, each.Calls, judged.Reference)).GroupBy(feature => feature.Name, StringComparer.Ordinal))
        {
            List<double> shares = [.. feature.Select(each => Share(rule.Signal, each)?.Above).OfType<double>()];
            if (shares.Count > 1)
                usual[feature.Key] = LearnedBound.Of(shares, Deviations, floor);
        }

        return name => usual.GetValueOrDefault(name, floor);
    }

    private static QualityShare? Share(RuleSignal signal, FeatureQuality feature) => signal switch
    {
        RuleSignal.MissingShare => feature.Missing,
        RuleSignal.UnseenShare => feature.Unseen,
        _ => feature.Outside,
    };

    private static long Rows(AlertRule rule, Seen seen) =>
        rule.Signal == RuleSignal.RefusedShare ? seen.Calls is { } calls ? calls.Answered + calls.Refused : 0 : seen.Window.Rows;

    private static List<AlertSignal> Signals(AlertRule rule, Seen seen, Func<string, double> bound)
    {
        if (Rows(rule, seen) < rule.MinimumRows)
            return [];
        return rule.Signal switch
        {
            RuleSignal.MissingShare => Above(rule, seen, "missing share above the reference", bound),
            RuleSignal.UnseenShare => Above(rule, seen, "unseen share above the reference", bound),
            RuleSignal.OutsideShare => Above(rule, seen, "share out of range above the reference", bound),
            RuleSignal.RefusedShare => Refused(rule, seen),
            RuleSignal.VanishedFeature => Broken(seen, FeatureState.Vanished, "share of rows without a value"),
            _ => Broken(seen, FeatureState.Constant, "share of rows with one and the same value"),
        };
    }

    private static List<AlertSignal> Above(AlertRule rule, Seen seen, string measure, Func<string, double> bound) =>
    [
        .. seen.Features
            .Select(feature => (feature.Name, Share: Share(rule.Signal, feature), feature.Rows))
            .Where(each => each.Share is { } share && share.Interval.Low > bound(each.Name))
            .OrderByDescending(each => each.Share!.Above)
            .Select(each => new AlertSignal(each.Name, measure, each.Share!.Above, bound(each.Name), each.Rows)),
    ];

    // The inputs at fault stand beside the whole, so that the alert says which.
    private static List<AlertSignal> Refused(AlertRule rule, Seen seen)
    {
        const int inputsShown = 10;
        if (seen.Calls is not { Share: { } share, Interval: { } interval } calls || !(interval.Low > rule.Above))
            return [];
        var all = calls.Answered + calls.Refused;
        return
        [
            new("calls", "refused share", share, rule.Above!.Value, all),
            .. seen.Features.Where(feature => feature.Refused > 0).OrderByDescending(feature => feature.Refused).Take(inputsShown)
                .Select(feature => new AlertSignal(feature.Name, "refused share because of it", (double)feature.Refused!.Value / all, rule.Above.Value, all)),
        ];
    }

    private static List<AlertSignal> Broken(Seen seen, FeatureState state, string measure) =>
        [.. seen.Features.Where(feature => feature.State == state).Select(feature => new AlertSignal(feature.Name, measure, 1, 1, feature.Rows))];

    private static Finding Found(Judged judged, List<Breach> breached)
    {
        var (served, window) = (judged.Served, judged.Window);
        List<AlertSignal> signals = [.. breached.SelectMany(each => each.Signals).OrderByDescending(signal => signal.Value)];
        var worst = signals[0];
        var others = signals.Select(signal => signal.Name).Distinct().Count() - 1;
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Data of {served.Name}, version {window.Version}: {worst.Name}{(others > 0 ? $" and {others} more" : "")}; {worst.Measure} {worst.Value:P1}, bound {worst.Bound:P1}, over {worst.Rows:N0} {(worst.Measure.StartsWith("refused", StringComparison.Ordinal) ? "calls" : "rows")} since {Finding.Moment(window.From)}, {judged.Results.Judgement!.Says}.");
        return new(served.Name, AlertSources.Quality, breached.Max(each => each.Rule.Severity), summary)
        {
            Model = served.Model,
            Version = window.Version,
            Since = breached.Min(each => each.Since),
            Window = window.Id,
            Signals = signals,
        };
    }

    private sealed record Breach(AlertRule Rule, List<AlertSignal> Signals, DateTimeOffset Since);

    private sealed record Seen(EvaluatedWindow Window, IReadOnlyList<FeatureQuality> Features, RefusedShare? Calls);
}
