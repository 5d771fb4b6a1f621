using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Labels;
using Assay.Registry;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>Which windows are wanted.</summary>
internal sealed record WindowQuery(DateTimeOffset From, DateTimeOffset To, string By, string? Segment);

/// <summary>Reads an endpoint's counts and makes numbers of them.</summary>
internal sealed class PerformanceReader(AssayDb db, IPredictionLog log, IModels models, PapersKept papers)
{
    private const int WindowsMax = 2000;
    private const string Limits =
        "Estimates take it that what is true of an input has not changed: neither they nor calibration can see concept drift. Labels can.";

    public async Task<PerformanceReport> Read(string endpoint, WindowQuery query, CancellationToken cancel)
    {
        var settings = await db.PerformanceSettingsOf(endpoint, cancel);
        if (query.Segment is { } segment && !settings.Segments.Contains(segment))
            throw Refusal.Invalid("segment", $"Rows are not told apart by '{segment}' here. Put it among the segments of the performance settings; it counts from then on.");
        var slice = query.Segment is null ? Slices.All : Slices.Of(query.Segment);
        var rows = await db.PerformanceWindows.AsNoTracking()
            .Where(row => row.Endpoint == endpoint && row.Slice == slice && row.From >= query.From && row.From < query.To)
            .OrderByDescending(row => row.From).Take(WindowsMax + 1).ToListAsync(cancel);
        var windows = Gather(rows.Take(WindowsMax), query.By);

        var schema = log.Schema(endpoint);
        var task = schema?.Task ?? ModelTask.Unknown;
        var versions = new Dictionary<(string, int), (ModelPapers? Papers, Estimates? Estimates)>();
        foreach (var version in windows.Keys.Select(key => (key.Model, key.Version)).Distinct())
            versions[version] = await About(endpoint, version, query.From, cancel);

        var waiting = await db.Outcomes.LongCountAsync(
            row => row.Endpoint == endpoint && row.Name == Outcome.Label && (row.State == OutcomeState.New || row.State == OutcomeState.Waiting), cancel);
        var totals = Totals(windows);
        return new(
            endpoint, task, query.From, query.To, query.By, query.Segment,
            [.. windows.OrderBy(window => window.Key.From).ThenBy(window => window.Key.Version).Select(Show)],
            [.. totals.OrderBy(total => total.Key.Version).ThenByDescending(total => total.Value.Predictions).Select(Show)],
            query.Segment is null ? [] : [.. FairnessOf(totals, versions, settings.MinimumLabels)],
            [.. versions.Where(version => version.Value.Papers is not null).Select(version => Reference(version.Key, version.Value))],
            waiting,
            settings,
            [.. Notes(rows.Count > WindowsMax, query, windows, versions)])
        {
            Concept = await db.ConceptsOf(endpoint, settings, task, cancel),
            Features = [.. (schema?.Inputs ?? []).Select(input => input.Name)],
        };

        PerformanceRow Show(KeyValuePair<Key, PerformanceCounts> window)
        {
            var ((from, hours, model, version, value), counts) = (window.Key, window.Value);
            var (its, estimates) = versions[(model, version)];
            return new(
                from, hours, model, version, query.Segment is null ? null : value, counts.Predictions, counts.Labelled,
                counts.Predictions == 0 ? null : Math.Min(1, (double)counts.Labelled / counts.Predictions),
                Measures.Realised(counts, its?.Schema.Task ?? task, settings.MinimumLabels),
                estimates?.For(counts, settings.MinimumLabels) ?? [])
            {
                Classes = hours == 0 && its?.Schema.Classes is { } names ? ClassMeasures.Report(counts, names, settings.MinimumLabels, estimates?.Expected(counts)) : null,
            };
        }
    }

    private async Task<(ModelPapers? Papers, Estimates? Estimates)> About(
        string endpoint, (string Model, int Version) version, DateTimeOffset from, CancellationToken cancel)
    {
        var its = await papers.Find(models, (db.CurrentProject!, version.Model, version.Version), cancel);
        if (its is null)
            return (null, null);
        var earlier = new PerformanceCounts();
        if (its.HeldOut is null)
        {
            var rows = db.PerformanceWindows.AsNoTracking()
                .Where(row => row.Endpoint == endpoint && row.Slice == Slices.All && row.Model == version.Model && row.Version == version.Version && row.From < from)
                .OrderByDescending(row => row.From).Take(WindowsMax);
            await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancel))
                earlier.Add(row.ReadCounts());
        }

        return (its, Estimates.Of(its, earlier));
    }

    private static Dictionary<Key, PerformanceCounts> Gather(IEnumerable<PerformanceWindow> rows, string by)
    {
        var windows = new Dictionary<Key, PerformanceCounts>();
        foreach (var row in rows)
        {
            var hours = by == "day" ? 24 : row.Hours;
            var key = new Key(by == "day" ? WindowKey.DayOf(row.From) : row.From, hours, row.Model, row.Version, row.Value);
            if (!windows.TryGetValue(key, out var counts))
                windows[key] = counts = new();
            counts.Add(row.ReadCounts());
        }

        return windows;
    }

    private static Dictionary<Key, PerformanceCounts> Totals(Dictionary<Key, PerformanceCounts> windows)
    {
        var totals = new Dictionary<Key, PerformanceCounts>();
        foreach (var version in windows.GroupBy(window => (window.Key.Model, window.Key.Version, window.Key.Value)))
        {
            var sum = new PerformanceCounts();
            foreach (var (_, counts) in version)
                sum.Add(counts);
            totals[new(version.Min(window => window.Key.From), 0, version.Key.Model, version.Key.Version, version.Key.Value)] = sum;
        }

        return totals;
    }

    private static IEnumerable<FairnessRow> FairnessOf(
        Dictionary<Key, PerformanceCounts> totals, Dictionary<(string, int), (ModelPapers? Papers, Estimates?)> versions, int minimum) =>
        from total in totals
        group total by (total.Key.Model, total.Key.Version) into version
        where versions[version.Key].Papers?.Schema.Task == ModelTask.Classification
        from row in Fairness.Of(version.Key.Version, version.ToDictionary(total => total.Key.Value, total => total.Value), minimum)
        select row;

    private static PerformanceReference Reference((string Model, int Version) version, (ModelPapers? Papers, Estimates? Estimates) about) =>
        new(version.Model, version.Version, about.Papers!.Metrics, about.Papers.HeldOutRows, about.Estimates!.Says);

    private static IEnumerable<string> Notes(
        bool isCut, WindowQuery query, Dictionary<Key, PerformanceCounts> windows, Dictionary<(string, int), (ModelPapers? Papers, Estimates?)> versions)
    {
        if (isCut)
            yield return $"Only the newest {WindowsMax:N0} windows are shown: ask for a shorter time, or by day.";
        if (windows.Count == 0)
            yield return query.Segment is null
                ? "Nothing was predicted and logged in this time. Predictions count once they are in the prediction log."
                : $"No rows were told apart by '{query.Segment}' in this time: it counts from the change of the settings on, and only where the log keeps its values in clear.";
        foreach (var ((model, version), (its, _)) in versions)
        {
            if (its is { Metrics.Count: 0 })
                yield return $"The package of {model} version {version} says nothing of held-out rows (evaluation.json), so no alert compares with them.";
            if (its?.Schema is { Task: ModelTask.Multiclass, Classes: { Count: > ClassCounts.TableMax } classes })
                yield return $"{model} version {version} has {classes.Count:N0} classes: which was taken for which is counted of the first {ClassCounts.TableMax}, and the others together.";
            if (its is null)
                yield return $"The package of {model} version {version} can't be read any more, so there is neither a reference nor an estimate.";
        }

        if (windows.Count > 0)
            yield return Limits;
        if (query.By == "hour" && windows.Keys.Any(key => key.Hours == 24))
            yield return "Hours that are some days old were put together to days.";
    }

    private readonly record struct Key(DateTimeOffset From, int Hours, string Model, int Version, string Value);
}
