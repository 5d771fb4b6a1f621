using Assay.Inference.Models;
using Assay.Statistics.Estimation;

namespace Assay.Monitoring.Performance;

/// <summary>Makes numbers with intervals of counts, or says why there are none.</summary>
internal static class Measures
{
    private static readonly string[] NamesOfNumbers = ["mae", "rmse", "r2", "bias"];

    /// <summary>From labels.</summary>
    public static IReadOnlyList<Measure> Realised(PerformanceCounts counts, ModelTask task, int minimum) =>
        task == ModelTask.Multiclass ? ClassMeasures.Of(counts, minimum)
        : task == ModelTask.Classification ? OfClasses(counts, minimum)
        : OfNumbers(counts, minimum);

    /// <summary>From a part and a whole: a share, null below the minimum.</summary>
    public static Measure Share(string name, double part, double whole, int minimum, string rows) =>
        whole < minimum ? TooFew(name, (long)whole, minimum, rows) : Of(name, Estimate.Share(part, whole), (long)whole);

    /// <summary>No number, and why.</summary>
    public static Measure TooFew(string name, long rows, int minimum, string what) =>
        new(name, null, null, null, rows, $"{rows:N0} of at least {minimum:N0} {what}.");

    /// <summary>A number with its interval; an interval that is no number says nothing.</summary>
    public static Measure Of(string name, Estimate interval, long rows, string? note = null) => new(
        name,
        double.IsFinite(interval.Value) ? interval.Value : null,
        double.IsFinite(interval.Low) ? interval.Low : null,
        double.IsFinite(interval.High) ? interval.High : null,
        rows,
        note);

    private static Measure[] OfClasses(PerformanceCounts counts, int minimum)
    {
        var rows = counts.Labelled;
        var matrix = ConfusionCounts.Of(counts);
        var mean = (double sum, double squares) => Estimate.Mean(sum, squares, rows);
        return
        [
            Share("accuracy", matrix.TruePositives + matrix.TrueNegatives, rows, minimum, "labelled rows"),
            Share("precision", matrix.TruePositives, matrix.DecidedPositive, minimum, "labelled rows that were decided positive"),
            Share("recall", matrix.TruePositives, matrix.Positives, minimum, "positive rows"),
            matrix.Overlap < minimum
                ? TooFew("f1", matrix.Overlap, minimum, "rows that are positive or were decided so")
                : Of("f1", Estimate.Share(matrix.TruePositives, matrix.Overlap).Through(overlap => 2 * overlap / (1 + overlap)), matrix.Overlap),
            Area(counts, matrix, minimum),
            rows < minimum ? TooFew("log_loss", rows, minimum, "labelled rows") : Of("log_loss", mean(counts.LogLoss, counts.LogLossSquares), rows),
            rows < minimum ? TooFew("brier", rows, minimum, "labelled rows") : Of("brier", mean(counts.Squares, counts.Fourths), rows),
        ];
    }

    private static Measure Area(PerformanceCounts counts, ConfusionCounts matrix, int minimum)
    {
        const int ClassRowsMin = 5;
        if (counts.Labelled < minimum)
            return TooFew("auc", counts.Labelled, minimum, "labelled rows");
        var negatives = counts.Labelled - matrix.Positives;
        if (Math.Min(matrix.Positives, negatives) < ClassRowsMin)
            return TooFew("auc", Math.Min(matrix.Positives, negatives), ClassRowsMin, "labelled rows of the rarer class");
        var (positive, negative) = (new double[ScoreBins.Count], new double[ScoreBins.Count]);
        foreach (var (bin, rows) in counts.Known)
        {
            var hits = counts.Positives.GetValueOrDefault(bin);
            (positive[bin], negative[bin]) = (hits, rows - hits);
        }

        return Of("auc", Estimate.Area(BinnedArea.Of(positive, negative), matrix.Positives, negatives), counts.Labelled);
    }

    private static Measure[] OfNumbers(PerformanceCounts counts, int minimum)
    {
        var rows = counts.Labelled;
        if (rows < minimum)
            return [.. NamesOfNumbers.Select(name => TooFew(name, rows, minimum, "labelled rows"))];
        var squared = Estimate.Mean(counts.Squares, counts.Fourths, rows);
        var spread = (counts.TruthSquares / rows) - (counts.Truths / rows * (counts.Truths / rows));
        var root = squared.Through(square => Math.Sqrt(Math.Max(0, square)));
        return
        [
            Of("mae", Estimate.Mean(counts.AbsoluteErrors.Values.Sum(), counts.Squares, rows), rows),
            Of("rmse", root, rows),
            spread > 0
                ? Of("r2", new(1 - (squared.Value / spread), 1 - (squared.High / spread), 1 - (Math.Max(0, squared.Low) / spread)), rows, "The interval is that of the error; the spread of the truth is taken as it is.")
                : new("r2", null, null, null, rows, "The labels are all equal, so there is nothing to explain."),
            Of("bias", Estimate.Mean(counts.Errors, counts.Squares, rows), rows),
        ];
    }
}

/// <summary>Labelled rows by decision and truth; a row is decided positive from a probability of 0.5.</summary>
internal sealed record ConfusionCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    public long Positives => TruePositives + FalseNegatives;

    public long DecidedPositive => TruePositives + FalsePositives;

    /// <summary>Rows that are positive or were decided so.</summary>
    public long Overlap => TruePositives + FalsePositives + FalseNegatives;

    public static ConfusionCounts Of(PerformanceCounts counts)
    {
        var (decided, hits) = (0L, 0L);
        foreach (var (bin, rows) in counts.Known.Where(bin => bin.Key >= ScoreBins.FirstPositive))
            (decided, hits) = (decided + rows, hits + counts.Positives.GetValueOrDefault(bin));
        var positives = counts.Positives.Values.Sum();
        return new(hits, decided - hits, positives - hits, counts.Labelled - decided - positives + hits);
    }
}
