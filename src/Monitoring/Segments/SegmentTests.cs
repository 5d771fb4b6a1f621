using System.Diagnostics;
using System.Globalization;
using Assay.Inference.Models;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Reports;
using Assay.Monitoring.Windows;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Segments;

/// <summary>
/// Compares each part of the traffic with the same part of the reference, every feature but the one that makes the part, and what was
/// answered with what was answered before. The chance of finding anything in a comparison where nothing changed is held over all
/// parts and features together, half of it for drift and half for the quality of the data.
/// </summary>
internal sealed class SegmentTests(BaselineProfile baseline, MonitorSettings settings)
{
    private const int ListedMax = 20;
    private const double NoticeableShare = 0.05;
    private const int RestPerWork = 4;
    private static readonly TimeSpan WorkMax = TimeSpan.FromMilliseconds(100);

    private readonly SegmentSettings _segments = settings.Segments!;

    /// <summary>Every part, and how many tests were made.</summary>
    /// <param name="reference">Rows to compare with.</param>
    /// <param name="current">Rows to compare.</param>
    /// <param name="answered">Rows with answers to compare with, which may be the reference; null where there are none.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<(IReadOnlyList<SegmentResult> Segments, int Tests)> Run(DrawnRows reference, DrawnRows current, DrawnRows? answered, CancellationToken cancel)
    {
        var (before, now) = (new SegmentRows(baseline, reference), new SegmentRows(baseline, current));
        var answers = answered is null || ReferenceEquals(answered, reference) ? before : new SegmentRows(baseline, answered);
        List<Part> parts = [];
        foreach (var name in _segments.Features)
        {
            var input = Place(name);
            if (Segmentation.Of(name, baseline) is not { } segmentation || !reference.Kept[input] || !current.Kept[input])
                continue;
            var (partsBefore, partsNow, partsAnswered) = (before.By(segmentation, input), now.By(segmentation, input), answers.By(segmentation, input));
            foreach (var value in partsBefore.Keys.Union(partsNow.Keys).OrderByDescending(value => partsNow.GetValueOrDefault(value)?.Count ?? 0).ThenBy(value => value, StringComparer.Ordinal))
            {
                var began = Stopwatch.GetTimestamp();
                var part = Compare((name, value), (before, partsBefore.GetValueOrDefault(value) ?? []), (now, partsNow.GetValueOrDefault(value) ?? []));
                CompareAnswers(part, (answers, partsAnswered.GetValueOrDefault(value) ?? []), (now, partsNow.GetValueOrDefault(value) ?? []));
                parts.Add(part);
                var worked = Stopwatch.GetElapsedTime(began);
                await Task.Delay((worked < WorkMax ? worked : WorkMax) * RestPerWork, cancel);   // so that requests don't notice
            }
        }

        return Judge(parts);
    }

    private int Place(string name)
    {
        for (var input = 0; input < baseline.Features.Count; input++)
        {
            if (baseline.Features[input].Name == name)
                return input;
        }

        return -1;
    }

    private Part Compare((string Feature, string Value) segment, (SegmentRows Rows, List<int> Places) before, (SegmentRows Rows, List<int> Places) now)
    {
        var part = new Part(segment.Feature, segment.Value, now.Places.Count, before.Places.Count);
        if (Math.Min(now.Places.Count, before.Places.Count) < _segments.MinimumRows)
            return part;
        for (var input = 0; input < baseline.Features.Count; input++)
        {
            var name = baseline.Features[input].Name;
            if (name == segment.Feature || before.Rows.Profile(name, input, before.Places) is not { } profile || now.Rows.Count(profile, input, now.Places) is not { } counts)
                continue;
            part.Profiles.Add(profile);
            part.Counts.Add(counts);
            part.Drift.Add(Drift(profile, counts));
        }

        return part;
    }

    // An answer is no data that could be broken: it drifts, or doesn't.
    private void CompareAnswers(Part part, (SegmentRows Rows, List<int> Places) before, (SegmentRows Rows, List<int> Places) now)
    {
        if (Math.Min(Math.Min(part.Rows, part.ReferenceRows), before.Places.Count) >= _segments.MinimumRows
            && before.Rows.Answers(baseline.Score.Name, before.Places) is { } profile && now.Rows.Count(profile, baseline.Features.Count, now.Places) is { } counts)
            part.Drift.Add(Drift(profile, counts));
    }

    private DriftResult Drift(Baseline profile, CountedWindow counts) =>
        settings.Tests?.Of(profile.Name, settings.PsiThreshold) is { } choice ? DriftTest.Compare(profile, counts, choice) : DriftTest.Compare(profile, counts);

    private (IReadOnlyList<SegmentResult> Segments, int Tests) Judge(List<Part> parts)
    {
        var half = _segments.Significance / 2;
        var drifted = new DriftRule(settings.PsiThreshold, half).Drifted([.. parts.SelectMany(part => part.Drift)]).ToHashSet(ReferenceEqualityComparer.Instance);
        var shares = parts.ConvertAll(part => Shares(part).ToList());
        var tests = shares.Sum(found => found.Count);
        List<SegmentResult> results = [];
        foreach (var (part, found) in parts.Zip(shares))
        {
            List<DriftResult> its = [.. part.Drift.Where(drifted.Contains).OrderByDescending(result => result.Psi)];
            List<SegmentFinding> broken = [.. found.Where(share => share.Share - share.Reference >= NoticeableShare && share.PValue * tests < half).OrderByDescending(share => share.Share - share.Reference)];
            results.Add(Result(part, its, broken));
        }

        return (results, tests + parts.Sum(part => part.Drift.Count));
    }

    private SegmentResult Result(Part part, List<DriftResult> drifted, List<SegmentFinding> broken)
    {
        var isUnknown = Math.Min(part.Rows, part.ReferenceRows) < _segments.MinimumRows;
        var verdict = isUnknown ? ComparisonVerdict.Unknown : drifted.Count + broken.Count > 0 ? ComparisonVerdict.Drift : ComparisonVerdict.Calm;
        var because = isUnknown
            ? string.Create(CultureInfo.InvariantCulture, $"Too few rows: {Math.Min(part.Rows, part.ReferenceRows):N0} of at least {_segments.MinimumRows:N0}{(part.Rows <= part.ReferenceRows ? "" : " in the reference")}.")
            : (drifted.Count, broken.Count) switch
            {
                (0, 0) => "No difference that is large and no chance.",
                ( > 0, 0) => $"{Names(drifted.Select(result => result.Name))} drifted.",
                (0, _) => $"{Names(broken.Select(finding => finding.Feature))} {Says(broken[0])}.",
                _ => $"{Names(drifted.Select(result => result.Name))} drifted; {Names(broken.Select(finding => finding.Feature))} {Says(broken[0])}.",
            };
        return new(
            part.Feature, part.Value, part.Rows, part.ReferenceRows, verdict, because,
            isUnknown || part.Drift.Count == 0 ? null : part.Drift.Max(result => result.Psi), [.. drifted.Take(ListedMax)], [.. broken.Take(ListedMax)]);
    }

    internal static string Says(SegmentFinding finding) => finding.Check switch
    {
        "vanished" => "has no value any more",
        "constant" => "has one value alone",
        "unseen" => string.Create(CultureInfo.InvariantCulture, $"has {finding.Share:P1} values that its reference has none of, instead of {finding.Reference:P1}"),
        "outside" => string.Create(CultureInfo.InvariantCulture, $"has {finding.Share:P1} numbers outside of the reference's range"),
        _ => string.Create(CultureInfo.InvariantCulture, $"misses {finding.Share:P1} of its values, instead of {finding.Reference:P1}"),
    };

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names.Distinct(StringComparer.Ordinal)];
        return all.Length <= 3 ? string.Join(", ", all) : $"{all[0]}, {all[1]} and {all.Length - 2} more";
    }

    // What is constant or gone counts as a test with a p-value of nothing: it is told only where chance is ruled out.
    private static IEnumerable<SegmentFinding> Shares(Part part)
    {
        if (part.Profiles.Count == 0)
            yield break;
        var profile = new BaselineProfile(part.ReferenceRows, part.Profiles, LateBins.Numbers(""));
        var window = new ModelWindow(part.Rows, part.Counts, new(part.Rows, [], 0));
        foreach (var feature in WindowQuality.Of(window, null, Reference.Training(profile)))
        {
            if (feature.State != FeatureState.Fine)
                yield return new(feature.Name, feature.State == FeatureState.Vanished ? "vanished" : "constant", 1, 0, 0);
            foreach (var (check, share) in (IEnumerable<(string, QualityShare?)>)[("missing", feature.Missing), ("unseen", feature.Unseen), ("outside", feature.Outside)])
            {
                if (share is not null)
                    yield return new(feature.Name, check, share.Live, share.Reference, share.PValue);
            }
        }
    }

    private sealed record Part(string Feature, string Value, long Rows, long ReferenceRows)
    {
        public List<Baseline> Profiles { get; } = [];

        public List<CountedWindow> Counts { get; } = [];

        public List<DriftResult> Drift { get; } = [];
    }
}
