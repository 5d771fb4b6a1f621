using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Assay.Serving;

namespace Assay.Monitoring.Segments;

/// <summary>
/// Compares rows part by part. Counting live by parts would cost every prediction as many counters as there are parts; the log
/// has what it takes.
/// </summary>
internal sealed class SegmentWatch(RowTools tools, AlertBook book) : RowWatch<ComparedSegments, SegmentComparison>(tools)
{
    private const int CellsMax = 1_000_000;   // of each side, in memory
    private const int RowsMax = 20_000;
    private const int KeptMax = 20;
    private const int FirstTimes = 5;   // rows for several parts, and not so many that the log never has others

    protected override async Task<int?> EveryMinutes(ServedEndpoint served, CancellationToken cancel) =>
        (await Tools.Db.SettingsOf(served.Name, cancel)).Segments?.EveryMinutes;

    public override async Task<(SegmentComparison? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        var (settings, baseline) = (await Tools.Db.SettingsOf(served.Name, cancel), served.Baseline);
        if (settings.Segments is not { } segments)
            return (null, $"No segments are chosen: 'assay monitor set {served.Name} --segment FEATURE' does.");
        if (baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so there are no features to make parts by.");
        var rows = Math.Min(RowsMax, CellsMax / baseline.Features.Count);
        var firstRows = Math.Min(rows, FirstTimes * segments.MinimumRows);
        var last = await Tools.Db.LastComparison<ComparedSegments>(served, cancel);
        var (drawn, unknown) = await Draw(served, settings, new(rows, segments.MinimumRows, firstRows), last?.Result.Current.To, cancel);
        if (drawn is null)
            return (null, unknown);
        var (reference, current) = (drawn.Reference, drawn.Current);
        var answered = reference.Answers is null ? await Answered(served, firstRows, drawn.From, cancel) : reference;
        var (parts, tests) = await new SegmentTests(baseline, settings).Run(reference, current, answered, cancel);
        string[] masked = [.. baseline.Features.Where((_, input) => !reference.Kept[input] || !current.Kept[input]).Select(feature => feature.Name)];
        var now = Tools.Clock.GetUtcNow();
        var result = new SegmentComparison(
            Guid.CreateVersion7(now).ToString("N"), served.Version, now, drawn.Before, drawn.Now,
            parts.Any(part => part.Verdict == ComparisonVerdict.Drift), tests, segments.Significance, parts, masked,
            [drawn.Note, .. reference.Answers is null ? [Says(answered)] : Array.Empty<string>(), .. Notes(baseline.Features.Select(feature => feature.Name), segments, drawn.Now, masked)]);
        var row = new ComparedSegments { Id = result.Id, Endpoint = served.Name, Version = served.Version, At = now, ResultJson = JsonSerializer.Serialize(result, AssayJson.Options) };
        await Keep(row, KeptMax, () => Tell(served, settings, result, cancel), cancel);
        return (result, null);
    }

    // Of rows that it was trained on a model is surer than of others: what it answers is compared with its first answers, before
    // those that are compared.
    private async Task<DrawnRows?> Answered(ServedEndpoint served, int rows, DateTimeOffset until, CancellationToken cancel)
    {
        var first = await Tools.References.First(served, rows, until).Draw(cancel);
        return first.Time is null ? null : first;
    }

    private static string Says(DrawnRows? answered) => answered?.Time is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"What was answered is compared with the version's first {time.Drawn:N0} answers, until {Finding.Moment(time.To)}, and not with the rows that it was trained on, of which it is surer than of others.")
        : "What was answered is compared with the version's first answers, from the next time on: of the rows that it was trained on it is surer than of others.";

    private static IEnumerable<string> Notes(IEnumerable<string> inputs, SegmentSettings segments, SampledTime now, string[] masked)
    {
        var known = inputs.ToHashSet(StringComparer.Ordinal);
        foreach (var feature in segments.Features.Where(feature => !known.Contains(feature)))
            yield return $"This version has no input '{feature}': there are no parts by it.";
        foreach (var feature in segments.Features.Where(masked.Contains))
            yield return $"'{feature}' is masked in the log or in the reference: there are no parts by it.";
        if (ReferenceRows.CutNote(now) is { } cut)
            yield return cut;
    }

    private async Task Tell(ServedEndpoint served, MonitorSettings settings, SegmentComparison result, CancellationToken cancel)
    {
        if (result.Drifted)
            await Raise(served, settings, result, cancel);
        else if (result.Segments.Any(segment => segment.Verdict == ComparisonVerdict.Calm))
            await book.Calm(served.Name, AlertSources.Segments, string.Create(CultureInfo.InvariantCulture, $"Every part with enough rows of {result.Current.Drawn:N0} is as in the reference again."), cancel);
    }

    // What is broken in the data is no reason to learn from it.
    private async Task Raise(ServedEndpoint served, MonitorSettings settings, SegmentComparison result, CancellationToken cancel)
    {
        var dataset = result.Segments.Any(segment => segment.Drifted.Count > 0) ? settings.DatasetOnAlert : null;
        var alert = await book.Raise(Found(served, settings, result) with { RetrainDataset = dataset }, cancel);
        book.Ask(alert, dataset);
    }

    private static Finding Found(ServedEndpoint served, MonitorSettings settings, SegmentComparison result)
    {
        var broken = result.Segments.Where(segment => segment.Verdict == ComparisonVerdict.Drift).OrderByDescending(segment => segment.MaxPsi).ToList();
        var (worst, told) = (broken[0], result.Segments.Count(segment => segment.Verdict != ComparisonVerdict.Unknown));
        List<AlertSignal> signals = [.. broken.SelectMany(segment => Signals(segment, settings))];
        return new(
            served.Name, AlertSources.Segments, AlertSeverity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"A part of what {served.Name}, version {served.Version}, is asked has changed: where {worst.Name}, {worst.Because} {worst.Rows:N0} rows of that part since {Finding.Moment(result.Current.From)}; {broken.Count:N0} of {told:N0} parts with enough rows changed."))
        {
            Model = served.Model,
            Version = served.Version,
            Since = result.Current.From,
            Segment = worst.Name,
            MaxPsi = broken.Max(segment => segment.MaxPsi),
            Signals = signals,
        };
    }

    private static IEnumerable<AlertSignal> Signals(SegmentResult segment, MonitorSettings settings) =>
    [
        .. segment.Drifted.Select(result => DriftWords.Signal(result, settings.PsiThreshold)).Select(signal => signal with { Name = $"{signal.Name} where {segment.Name}" }),
        .. segment.Quality.Select(finding => new AlertSignal($"{finding.Feature} where {segment.Name}", $"{finding.Check} share", finding.Share, finding.Reference, segment.Rows)),
    ];
}
