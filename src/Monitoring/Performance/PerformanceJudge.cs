using System.Globalization;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Kpis;
using Assay.Serving;

namespace Assay.Monitoring.Performance;

/// <summary>
/// Compares the newest days of the version that answers with its held-out rows and with bounds, and raises or calms alerts:
/// as many days as it takes for enough rows, at most a week. It takes a whole interval past a bound for trouble, so that
/// chance alone seldom makes an alert.
/// </summary>
internal sealed class PerformanceJudge(AssayDb db, PerformanceReader reader, KpiReader kpis, LearnedLines lines, AlertBook alerts, TimeProvider clock)
{
    private const int UsualDays = 7;
    private const int Plenty = 4;   // times the least rows of a number: so many labels tell much, and older days would only hide a fall

    /// <summary>Judges an endpoint.</summary>
    public async Task Run(ServedEndpoint served, CancellationToken cancel)
    {
        var settings = await db.PerformanceSettingsOf(served.Name, cancel);
        var now = clock.GetUtcNow();
        var query = new WindowQuery(now.AddDays(-(settings.Judged?.Days ?? UsualDays)), now.AddHours(1), "day", null);
        var week = await reader.Read(served.Name, query, cancel);
        foreach (var source in new[] { AlertSources.Performance, AlertSources.Estimate })
        {
            var isRealised = source == AlertSources.Performance;
            var from = Newest(week, served, row => isRealised ? row.Labelled : row.Predictions, settings.Judged is { } judged ? judged.Labels ?? long.MaxValue : Plenty * settings.MinimumLabels);
            var report = from <= query.From ? week : await reader.Read(served.Name, query with { From = from }, cancel);
            var total = report.Totals.FirstOrDefault(row => row.Version == served.Version && row.Model == served.Model);
            var reference = report.References.FirstOrDefault(one => one.Version == served.Version && one.Model == served.Model);
            if (total is null || (reference is null && settings.Learned is null))
                continue;
            var learned = settings.Learned is { } wanted ? await lines.OfPerformance(served, wanted, isRealised, total.From, cancel) : _ => null;
            var line = new Line(served, settings, reference?.Metrics ?? new Dictionary<string, double>(), learned, report.Task, total.From);
            await Settle(source, line.Judge(isRealised ? total.Realised : total.Estimated, source), served, cancel);
        }

        await JudgeSegments(served, settings, query, cancel);
        await JudgeKpis(served, settings, query, cancel);
        await db.SaveChangesAsync(cancel);
    }

    private static DateTimeOffset Newest(PerformanceReport week, ServedEndpoint served, Func<PerformanceRow, long> rows, long enough)
    {
        var sum = 0L;
        foreach (var day in week.Windows.Where(row => row.Version == served.Version && row.Model == served.Model).Reverse())
        {
            sum += rows(day);
            if (sum >= enough)
                return day.From;
        }

        return week.From;
    }

    private async Task JudgeSegments(ServedEndpoint served, PerformanceSettings settings, WindowQuery query, CancellationToken cancel)
    {
        if (settings.MinPositiveRateRatio is not { } bound)
        {
            await alerts.Calm(served.Name, AlertSources.Fairness, "Segments have no bound any more.", cancel);
            return;
        }

        var all = new List<(FairnessRow Row, string Feature)>();
        foreach (var feature in settings.Segments)
        {
            var report = await reader.Read(served.Name, query with { Segment = feature }, cancel);
            all.AddRange(report.Fairness.Where(row => row.Version == served.Version && row.PositiveRateRatio.Value is not null).Select(row => (row, feature)));
        }

        var worst = all.FindAll(one => one.Row.PositiveRateRatio.High < bound || one.Row.PositiveRateRatio.Low > 1 / bound);
        var first = worst.OrderBy(one => Closeness(one.Row)).FirstOrDefault();
        var finding = first.Row is null ? null : new Finding(served.Name, AlertSources.Fairness, AlertSeverity.Warning, string.Create(
            CultureInfo.InvariantCulture,
            $"At {served.Name}, version {served.Version}, {first.Feature} = {first.Row.Value} is decided positive {first.Row.PositiveRateRatio.Value:0.##} times as often as {first.Row.Against} (95 % interval {first.Row.PositiveRateRatio.Low:0.##} to {first.Row.PositiveRateRatio.High:0.##}; bound {bound:0.##} or its inverse)."))
        {
            Model = served.Model,
            Version = served.Version,
            Segment = $"{first.Feature} = {first.Row.Value}",
            Signals = [.. worst.Select(one => new AlertSignal($"{one.Feature} = {one.Row.Value}", "positive_rate_ratio", one.Row.PositiveRateRatio.Value!.Value, bound, one.Row.PositiveRateRatio.Rows))],
        };
        HashSet<string> well =
        [
            .. all.Where(one => Closeness(one.Row) >= bound)
                .SelectMany(one => new[] { $"{one.Feature} = {one.Row.Value}", $"{one.Feature} = {one.Row.Against}" }),
        ];
        await Settle(
            AlertSources.Fairness, (finding, "Its segments are within the bound again."), served,
            name => well.Contains(name) || !settings.Segments.Any(feature => name.StartsWith($"{feature} = ", StringComparison.Ordinal)), cancel);
    }

    private async Task JudgeKpis(ServedEndpoint served, PerformanceSettings settings, WindowQuery query, CancellationToken cancel)
    {
        var totals = settings.Kpis.Count == 0 ? [] : (await kpis.Read(served.Name, query, cancel)).Totals;
        var signals = new List<AlertSignal>();
        var unsure = settings.Kpis.Select(bounds => bounds.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var bounds in settings.Kpis)
        {
            if (totals.FirstOrDefault(row => row.Name == bounds.Name && row.Version == served.Version)?.Mean is not { Value: { } mean } measure)
                continue;
            var line = bounds.Learned ? await lines.OfKpi(served, settings.Learned ?? new(), bounds.Name, query.From, cancel) : null;
            var (least, most) = (line?.Low ?? bounds.Minimum, line?.High ?? bounds.Maximum);
            if (measure.High < least)
                signals.Add(new(bounds.Name, "mean", mean, least!.Value, measure.Rows));
            else if (measure.Low > most)
                signals.Add(new(bounds.Name, "mean", mean, most!.Value, measure.Rows));
            else if (!(mean < least || mean > most))
                unsure.Remove(bounds.Name);
        }

        var finding = signals.Count == 0 ? null : new Finding(served.Name, AlertSources.Kpi, AlertSeverity.Warning, string.Create(
            CultureInfo.InvariantCulture,
            $"{signals[0].Name} of {served.Name}, version {served.Version}: mean {signals[0].Value:0.####} over {signals[0].Rows:N0} predictions since {Finding.Moment(query.From)}, past the bound {signals[0].Bound:0.####}."))
        {
            Model = served.Model,
            Version = served.Version,
            Signals = signals,
        };
        await Settle(AlertSources.Kpi, (finding, "Its means are within their bounds again."), served, name => !unsure.Contains(name), cancel);
    }

    private async Task Settle(string source, (Finding? Finding, string? Calm) judged, ServedEndpoint served, CancellationToken cancel)
    {
        if (judged.Finding is { } finding)
            await alerts.Raise(finding, cancel);
        else if (judged.Calm is { } because)
            await alerts.Calm(served.Name, source, because, cancel);
    }

    // No data says neither that it is well nor that it is not: an alert lasts until all that it names is known to be well, or has no bound any more.
    private async Task Settle(string source, (Finding? Finding, string Calm) judged, ServedEndpoint served, Func<string, bool> isWell, CancellationToken cancel)
    {
        if (judged.Finding is { } finding)
            await alerts.Raise(finding, cancel);
        else if (await alerts.FindOpen(served.Name, source, cancel) is { } open && open.ToSummary().Features.All(isWell))
            await alerts.Calm(served.Name, source, judged.Calm, cancel);
    }

    private static double Closeness(FairnessRow row) => Math.Min(row.PositiveRateRatio.Value!.Value, 1 / row.PositiveRateRatio.Value!.Value);

    /// <summary>The held-out rows, or the first days of the version, as the line to stay near.</summary>
    private sealed record Line(
        ServedEndpoint Served, PerformanceSettings Settings, IReadOnlyDictionary<string, double> HeldOut, Func<string, LearnedLine?> Learned, ModelTask Task, DateTimeOffset Since)
    {
        private static readonly string[] Rising = ["auc", "accuracy", "balanced_accuracy", "macro_f1"];

        /// <summary>A finding where a measure is surely past its bound, why it is calm where it is not, and neither where nobody knows.</summary>
        public (Finding? Finding, string? Calm) Judge(IReadOnlyList<Measure> measures, string source)
        {
            var isLoss = Task == ModelTask.Regression;
            foreach (var name in isLoss ? ["mae"] : Rising)
            {
                if (measures.FirstOrDefault(measure => measure.Name == name) is not { Value: { } value } measure)
                    continue;
                var learned = Learned(name);
                var isKnown = HeldOut.TryGetValue(name, out var held);
                if (learned is null && !isKnown)
                    continue;
                if ((learned is not null ? isLoss ? learned.High : learned.Low : isLoss ? held * (1 + Settings.MaxErrorRise) : held - Settings.MaxDrop) is not { } bound)
                    return (null, "There is no bound any more.");
                var says = learned is not null
                    ? string.Create(CultureInfo.InvariantCulture, $"its first {learned.Days} days had {learned.Mean:0.###} on average")
                    : string.Create(CultureInfo.InvariantCulture, $"held-out rows had {held:0.###}");
                var isPast = isLoss ? measure.Low > bound : measure.High < bound;
                var isWithin = isLoss ? value <= bound : value >= bound;
                return (isPast ? Found(measure, says, bound, source) : null, isWithin ? Calm(measure, bound) : null);
            }

            return (null, null);
        }

        private Finding Found(Measure measure, string says, double bound, string source) => new(
            Served.Name, source, source == AlertSources.Performance ? AlertSeverity.Critical : AlertSeverity.Warning, string.Create(
                CultureInfo.InvariantCulture,
                $"{(source == AlertSources.Performance ? "Labels show" : "Before labels it is estimated")} {measure.Name} {measure.Value:0.###} (95 % interval {measure.Low:0.###} to {measure.High:0.###}, {measure.Rows:N0} rows) of {Served.Name}, version {Served.Version}; {says}, bound {bound:0.###}."))
        {
            Model = Served.Model,
            Version = Served.Version,
            Since = Since,
            Signals = [new(measure.Name, measure.Name, measure.Value!.Value, bound, measure.Rows)],
        };

        private static string Calm(Measure measure, double bound) =>
            string.Create(CultureInfo.InvariantCulture, $"{measure.Name} is {measure.Value:0.###} over {measure.Rows:N0} rows, within the bound {bound:0.###}.");
    }
}
