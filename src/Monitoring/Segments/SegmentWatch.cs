using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Segments;

/// <summary>
/// Compares the newest rows of an endpoint's log with those of the reference, part by part. Counting live by parts would cost every
/// prediction as many counters as there are parts; the log has what it takes. The result and its alert are one transaction.
/// </summary>
internal sealed class SegmentWatch(AssayDb db, IPredictionLog log, ReferenceRows references, AlertBook book, TimeProvider clock)
{
    private const int CellsMax = 1_000_000;   // of each side, in memory
    private const int RowsMax = 20_000;
    private const int KeptMax = 20;
    private const int FirstTimes = 5;   // rows for several parts, and not so many that the log never has others

    /// <summary>Whether the time of a comparison has come by the settings.</summary>
    public async Task<bool> IsDue(ServedEndpoint served, CancellationToken cancel)
    {
        if ((await db.SettingsOf(served.Name, cancel)).Segments is not { } settings)
            return false;
        return await db.LastSegments(served.Name, served.Version, cancel) is not { } last || clock.GetUtcNow() - last.At >= TimeSpan.FromMinutes(settings.EveryMinutes);
    }

    /// <summary>Compares now; null and why when it can't be told.</summary>
    public async Task<(SegmentComparison? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        var (settings, baseline) = (await db.SettingsOf(served.Name, cancel), served.Baseline);
        if (settings.Segments is not { } segments)
            return (null, $"No segments are chosen: 'assay monitor set {served.Name} --segment FEATURE' does.");
        if (baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so there are no features to make parts by.");
        var rows = Math.Min(RowsMax, CellsMax / baseline.Features.Count);
        var firstRows = Math.Min(rows, FirstTimes * segments.MinimumRows);
        var (found, trouble) = await references.Find(served, settings, rows, cancel, firstRows);
        if (found is null)
            return (null, trouble);
        var reference = await found.Draw(cancel);
        if (reference.Time is not { } before || before.Drawn < segments.MinimumRows)
            return (null, $"The reference has {reference.Time?.Read ?? 0} rows of version {served.Version}, and {segments.MinimumRows} are needed: see that calls are logged. {found.Note}");

        // What was compared before is not compared again.
        var from = (await db.LastSegments(served.Name, served.Version, cancel))?.Result.Current.To is { } compared && compared > before.To ? compared : before.To;
        var current = await new LiveSample(log).Draw(
            served, new(from.AddTicks(1), DateTimeOffset.MaxValue, IsOldestFirst: false, ReferenceRows.ReadMax), rows, cancel);
        if (current.Time is not { } now || now.Drawn < segments.MinimumRows)
            return (null, $"The prediction log has {current.Time?.Read ?? 0} rows since {Finding.Moment(from)}, and {segments.MinimumRows} are needed.");
        var answered = reference.Answers is null ? await Answered(served, firstRows, from, cancel) : reference;
        var (parts, tests) = await new SegmentTests(baseline, settings).Run(reference, current, answered, cancel);
        string[] masked = [.. baseline.Features.Where((_, input) => !reference.Kept[input] || !current.Kept[input]).Select(feature => feature.Name)];
        var result = new SegmentComparison(
            Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), served.Version, clock.GetUtcNow(), before, now,
            parts.Any(part => part.Verdict == ComparisonVerdict.Drift), tests, segments.Significance, parts, masked,
            [found.Note, .. reference.Answers is null ? [Says(answered)] : Array.Empty<string>(), .. Notes(baseline.Features.Select(feature => feature.Name), segments, now, masked)]);
        await Save(served, settings, result, cancel);
        return (result, null);
    }

    // Of rows that it was trained on a model is surer than of others: what it answers is compared with its first answers, before
    // those that are compared.
    private async Task<DrawnRows?> Answered(ServedEndpoint served, int rows, DateTimeOffset until, CancellationToken cancel)
    {
        var first = await references.First(served, rows, until).Draw(cancel);
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
        if (now.Read >= ReferenceRows.ReadMax)
            yield return string.Create(CultureInfo.InvariantCulture, $"More than {ReferenceRows.ReadMax:N0} rows came in this time: drawn of those alone.");
    }

    private async Task Save(ServedEndpoint served, MonitorSettings settings, SegmentComparison result, CancellationToken cancel)
    {
        db.ComparedSegments.Add(new()
        {
            Id = result.Id,
            Endpoint = served.Name,
            Version = served.Version,
            At = result.At,
            ResultJson = JsonSerializer.Serialize(result, AssayJson.Options),
        });
        if (result.Drifted)
            await Raise(served, settings, result, cancel);
        else if (result.Segments.Any(segment => segment.Verdict == ComparisonVerdict.Calm))
            await book.Calm(served.Name, AlertSources.Segments, string.Create(CultureInfo.InvariantCulture, $"Every part with enough rows of {result.Current.Drawn:N0} is as in the reference again."), cancel);
        await db.SaveChangesAsync(cancel);
        var oldest = await db.ComparedSegments.Where(row => row.Endpoint == served.Name).OrderByDescending(row => row.Id).Skip(KeptMax).Select(row => row.Id).FirstOrDefaultAsync(cancel);
        if (oldest is not null)
            await db.ComparedSegments.Where(row => row.Endpoint == served.Name && row.Id.CompareTo(oldest) <= 0).ExecuteDeleteAsync(cancel);
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
