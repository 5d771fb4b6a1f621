using System.Globalization;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Alerts;

/// <summary>A window with what it showed and the settings that it is judged by.</summary>
internal sealed record Judged(
    ServedEndpoint Served, EvaluatedWindow Window, IReadOnlyList<DriftResult> Drifted, MonitorSettings Settings, RuleSet Rules)
{
    /// <summary>What it was compared with.</summary>
    public required Reference Reference { get; init; }

    /// <summary>The comparison.</summary>
    public required WindowResults Results { get; init; }

    /// <summary>What decided that a feature has drifted: the measure, its value and the bound that it reached.</summary>
    public AlertSignal SignalOf(DriftResult result) => DriftWords.Signal(result, Settings.PsiThreshold);
}

/// <summary>Raises one alert per episode of drift and closes it when the episode is over. Saves nothing itself.</summary>
internal sealed class DriftEpisodes(AlertBook book, WindowRules windows)
{
    /// <summary>
    /// Returns the alert that the window raises, or the open one that may start its retraining only now, since the monitor
    /// named no feedback dataset before; else null.
    /// </summary>
    public async Task<Alert?> Judge(Judged judged, CancellationToken cancel)
    {
        var (endpoint, window) = (judged.Served.Name, judged.Window);
        await windows.Judge(judged, cancel);
        var rules = judged.Rules.Of(RuleSignal.Drift).ToList();
        if (rules.Count == 0)
        {
            await book.Calm(endpoint, AlertSources.Drift, "There is no rule on drift any more.", cancel);
            return null;
        }

        var open = await book.FindOpen(endpoint, AlertSources.Drift, cancel);
        if (judged.Drifted.Count > 0)
        {
            var broken = new List<(AlertRule Rule, DateTimeOffset Since)>();
            foreach (var rule in rules)
            {
                if (await windows.DriftedSince(window, rule, cancel) is { } since)
                    broken.Add((rule, since));
            }

            if (broken.Count == 0)
            {
                if (open is not null && open.Version != window.Version)
                    await book.Calm(endpoint, AlertSources.Drift, $"Version {window.Version} of {judged.Served.Model} answers now.", cancel);
                return null;
            }

            var alert = await book.Raise(Found(judged, broken.Max(each => each.Rule.Severity), broken.Min(each => each.Since)), cancel);
            return alert.Window == window.Id || book.Ask(alert, judged.Settings.DatasetOnAlert) ? alert : null;
        }

        if (open is not null && open.Version != window.Version)
            await book.Calm(endpoint, AlertSources.Drift, $"Version {window.Version} of {judged.Served.Model} answers now.", cancel);

        // A window that was asked for with few rows can't tell that all is well again.
        else if (open is not null && window.Rows >= judged.Settings.MinimumRows)
            await book.Calm(endpoint, AlertSources.Drift, string.Create(CultureInfo.InvariantCulture, $"A window of {window.Rows:N0} rows is calm again, {judged.Results.Judgement!.Says}."), cancel);
        return null;
    }

    private static Finding Found(Judged judged, AlertSeverity severity, DateTimeOffset since)
    {
        var (served, window, worst) = (judged.Served, judged.Window, judged.SignalOf(judged.Drifted[0]));
        var others = judged.Drifted.Count > 1 ? $" and {judged.Drifted.Count - 1} more" : "";
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"Drift of {served.Name}, version {window.Version}: {worst.Name}{others}; {DriftWords.InSentence(worst.Measure)} {worst.Value:0.###}, bound {worst.Bound:0.###}, over {window.Rows:N0} rows since {Finding.Moment(window.From)}, {judged.Results.Judgement!.Says}.");
        return new(served.Name, AlertSources.Drift, severity, summary)
        {
            Model = served.Model,
            Version = window.Version,
            Since = since,
            Window = window.Id,
            MaxPsi = window.MaxPsi,
            RetrainDataset = judged.Settings.DatasetOnAlert,
            Signals = [.. judged.Drifted.Select(judged.SignalOf)],
        };
    }
}
