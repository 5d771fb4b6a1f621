using Assay.Inference.Models;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Quality;

/// <summary>
/// Reads the quality of a window off its counts. A feature is called vanished or constant only when the reference makes
/// that so unlikely for as many rows that it is no chance, whatever the number of features.
/// </summary>
internal static class WindowQuality
{
    /// <summary>Of the intervals, two-sided.</summary>
    public const double Confidence = 0.99;

    private const double ChanceMax = 0.001;

    /// <summary>Every feature; none when the counts are over other bins than the reference.</summary>
    public static IReadOnlyList<FeatureQuality> Of(ModelWindow counts, AskedCalls? calls, Reference reference) => counts.IsNamed() || counts.Fits(reference.Profile)
        ? [.. ComparedFeatures.Of(reference.Profile, counts).Select((pair, place) => Feature(pair.Live, pair.Reference, reference.Outside(place), (counts.Features.Count, calls)))]
        : [];

    /// <summary>The calls that were refused.</summary>
    public static RefusedShare? Refused(AskedCalls? calls) => calls is null ? null : new(
        calls.Refused,
        calls.Answered,
        calls.All == 0 ? null : (double)calls.Refused / calls.All,
        ShareInterval.Wilson(calls.Refused, calls.All, Confidence),
        Math.Max(0, calls.Refused - calls.Columns.Values.Sum()));

    private static FeatureQuality Feature(CountedWindow live, Baseline reference, long? outside, (int Features, AskedCalls? Calls) window)
    {
        var present = live.Counts.Sum();
        var (unseen, unseenBefore) = reference.Categories is not null
            ? (live.Counts[^1], reference.Counts[^1])
            : (live.Counts.Where((_, bin) => reference.Counts[bin] == 0).Sum(), 0);
        var referencePresent = reference.Counts.Sum();
        return new(
            reference.Name,
            State(live, reference, ChanceMax / window.Features),
            live.Rows,
            Share(live.Missing, live.Rows, reference.Missing, referencePresent + reference.Missing),
            live.Outside is { } beyond && outside is { } before ? Share(beyond, present, before, referencePresent) : null,
            Share(unseen, present, unseenBefore, referencePresent),
            live.Min,
            live.Max,
            reference.Min,
            reference.Max,
            window.Calls is null ? null : window.Calls.Columns.GetValueOrDefault(reference.Name));
    }

    private static QualityShare? Share(long count, long rows, long before, long referenceRows) =>
        ShareDifference.Newcombe(count, rows, before, referenceRows, Confidence) is not { } interval ? null : new(
            (double)count / rows,
            (double)before / referenceRows,
            ((double)count / rows) - ((double)before / referenceRows),
            interval,
            FisherExact.Test(count, rows - count, before, referenceRows - before).PValue ?? 1);

    private static FeatureState State(CountedWindow live, Baseline reference, double chanceMax)
    {
        var (present, referencePresent) = (live.Counts.Sum(), reference.Counts.Sum());
        if (live.Rows > 0 && present == 0)
            return IsChance(reference.Missing, referencePresent + reference.Missing, live.Rows, chanceMax) ? FeatureState.Fine : FeatureState.Vanished;

        // All values in one bin are one value when it is a category's own, or when the least number is the largest one.
        var bin = Array.FindIndex(live.Counts, count => count > 0 && count == present);
        var isOne = bin >= 0 && (reference.Categories is not null ? bin < live.Counts.Length - 1 : live.Min is { } least && least == live.Max);
        return !isOne || IsChance(reference.Counts[bin], referencePresent, present, chanceMax) ? FeatureState.Fine : FeatureState.Constant;
    }

    // Whether so many rows in a row could be like that by chance, taking the share in the reference at its highest.
    private static bool IsChance(long count, long referenceRows, long rows, double chanceMax) =>
        ShareInterval.Wilson(count, referenceRows, Confidence) is not { } share || rows * Math.Log(share.High) >= Math.Log(chanceMax);
}
