using Assay.Statistics.Estimation;

namespace Assay.Monitoring.Performance;

/// <summary>Compares what segments got: how often a row is decided positive, and how often a positive one is.</summary>
internal static class Fairness
{
    /// <summary>Each segment of a version against its largest one.</summary>
    public static IEnumerable<FairnessRow> Of(int version, IReadOnlyDictionary<string, PerformanceCounts> segments, int minimum)
    {
        if (segments.Count < 2)
            yield break;
        var against = segments.MaxBy(segment => segment.Value.Predictions);
        foreach (var (value, counts) in segments.Where(segment => segment.Key != against.Key))
        {
            var (rate, trueRate) = (Decided(counts), Hits(counts));
            var (otherRate, otherTrueRate) = (Decided(against.Value), Hits(against.Value));
            yield return new(
                version,
                value,
                against.Key,
                Difference("positive_rate_difference", rate, otherRate, minimum, "predictions in each segment"),
                Ratio("positive_rate_ratio", rate, otherRate, minimum, "predictions in each segment"),
                Difference("true_positive_rate_difference", trueRate, otherTrueRate, minimum, "positive rows in each segment"),
                Ratio("true_positive_rate_ratio", trueRate, otherTrueRate, minimum, "positive rows in each segment"));
        }
    }

    private static (long Part, long Whole) Decided(PerformanceCounts counts) =>
        (counts.Scores.Where(bin => bin.Key >= ScoreBins.FirstPositive).Sum(bin => bin.Value), counts.Predictions);

    private static (long Part, long Whole) Hits(PerformanceCounts counts)
    {
        var matrix = ConfusionCounts.Of(counts);
        return (matrix.TruePositives, matrix.Positives);
    }

    private static Measure Difference(string name, (long Part, long Whole) one, (long Part, long Whole) other, int minimum, string what) =>
        Math.Min(one.Whole, other.Whole) < minimum
            ? Measures.TooFew(name, Math.Min(one.Whole, other.Whole), minimum, what)
            : Measures.Of(name, Estimate.Difference(Estimate.Share(one.Part, one.Whole), Estimate.Share(other.Part, other.Whole)), one.Whole);

    private static Measure Ratio(string name, (long Part, long Whole) one, (long Part, long Whole) other, int minimum, string what) =>
        Math.Min(one.Whole, other.Whole) < minimum
            ? Measures.TooFew(name, Math.Min(one.Whole, other.Whole), minimum, what)
            : Estimate.Ratio(one.Part, one.Whole, other.Part, other.Whole) is { } ratio
                ? Measures.Of(name, ratio, one.Whole)
                : new(name, null, null, null, one.Whole, "One of the two shares is 0, so there is no ratio.");
}
