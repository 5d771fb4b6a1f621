using Assay.Data.Datasets;
using Assay.Statistics.Intervals;
using Assay.Statistics.Metrics;
using Assay.Statistics.Sketches;
using Assay.Statistics.Special;

namespace Assay.Monitoring.Reports;

/// <summary>How well a column of predictions fits a column of labels, in both tables.</summary>
internal static class PerformanceTests
{
    /// <summary>Measures that fit the columns: of probabilities, of numbers, or of classes.</summary>
    /// <exception cref="InvalidTableException">A table lacks one of the columns, or they don't fit each other.</exception>
    public static IReadOnlyList<PerformanceFigure> Run(Table reference, Table current, string label, string prediction, ComparisonSettings settings)
    {
        var (before, now) = (Pair.Of(reference, label, prediction, "reference"), Pair.Of(current, label, prediction, "current table"));
        if (before.Numbers && now.Numbers)
        {
            return before.Binary && now.Binary && before.Probabilities && now.Probabilities
                ? [Accuracy(before, now, settings), Area(before, now, settings)]
                : [Error(before, now, settings)];
        }

        if (before.Numbers != now.Numbers)
            throw new InvalidTableException($"'{label}' and '{prediction}' are of another kind in the current table than in the reference; make them alike.");
        return [Accuracy(before, now, settings)];
    }

    private static PerformanceFigure Accuracy(Pair before, Pair now, ComparisonSettings settings)
    {
        var (hits, otherHits) = (before.Hits(), now.Hits());
        var (interval, other) = (ShareInterval.Wilson(hits, before.Rows, settings.Confidence), ShareInterval.Wilson(otherHits, now.Rows, settings.Confidence));
        return Figure(
            "accuracy", before, now, settings, before.Rows == 0 ? null : (double)hits / before.Rows, interval,
            now.Rows == 0 ? null : (double)otherHits / now.Rows, other, lowIsWorse: true);
    }

    private static PerformanceFigure Area(Pair before, Pair now, ComparisonSettings settings)
    {
        var ((area, interval), (other, otherInterval)) = (before.Area(settings.Confidence), now.Area(settings.Confidence));
        return Figure("area under ROC", before, now, settings, area, interval, other, otherInterval, lowIsWorse: true);
    }

    private static PerformanceFigure Error(Pair before, Pair now, ComparisonSettings settings)
    {
        var ((error, interval), (other, otherInterval)) = (before.Error(settings.Confidence), now.Error(settings.Confidence));
        return Figure("mean absolute error", before, now, settings, error, interval, other, otherInterval, lowIsWorse: false);
    }

    private static PerformanceFigure Figure(
        string metric, Pair before, Pair now, ComparisonSettings settings, double? reference, Interval? interval, double? current, Interval? other, bool lowIsWorse)
    {
        var few = Math.Min(before.Rows, now.Rows) < settings.MinimumRows;
        bool? worse = few || interval is null || other is null ? null : lowIsWorse ? other.High < interval.Low : other.Low > interval.High;
        var note = few ? $"Too few rows with a label: {Math.Min(before.Rows, now.Rows):N0} of at least {settings.MinimumRows:N0}."
            : now.Rows < now.All ? $"{now.All - now.Rows:N0} of {now.All:N0} current rows have no label or no prediction."
            : null;
        return new(metric, few ? null : reference, few ? null : interval, before.Rows, few ? null : current, few ? null : other, now.Rows, worse, note);
    }

    // Rows of one table that have both.
    private sealed record Pair(bool Numbers, float[] Scores, double[] Labels, string[] Predicted, string[] Truths, int All)
    {
        public int Rows => Truths.Length;

        public bool Binary => Labels.All(label => label is 0 or 1);

        public bool Probabilities => Scores.All(score => score is >= 0 and <= 1);

        public static Pair Of(Table table, string label, string prediction, string where)
        {
            var truth = table.Find(label) ?? throw new InvalidTableException($"The {where} has no column '{label}' for the label.");
            var predicted = table.Find(prediction) ?? throw new InvalidTableException($"The {where} has no column '{prediction}' for the prediction.");
            var rows = Enumerable.Range(0, table.Rows)
                .Where(row => IsThere(truth, row) && IsThere(predicted, row))
                .ToArray();
            var numbers = truth is NumberColumn && predicted is NumberColumn { Kind: ColumnKind.Number };
            return new(
                numbers,
                numbers ? Array.ConvertAll(rows, row => (float)((NumberColumn)predicted).Values[row]) : [],
                numbers ? Array.ConvertAll(rows, row => ((NumberColumn)truth).Values[row]) : [],
                Array.ConvertAll(rows, row => CategoryPair.Text(predicted, row)!), Array.ConvertAll(rows, row => CategoryPair.Text(truth, row)!), table.Rows);
        }

        // An infinity is no label and no prediction.
        private static bool IsThere(Column column, int row) =>
            CategoryPair.Text(column, row) is not null && (column as NumberColumn)?.Values[row] is not (double.PositiveInfinity or double.NegativeInfinity);

        public long Hits() => Numbers
            ? Enumerable.Range(0, Rows).LongCount(row => Scores[row] >= 0.5 == Labels[row] > 0.5)
            : Enumerable.Range(0, Rows).LongCount(row => Predicted[row] == Truths[row]);

        public (double?, Interval?) Area(double confidence)
        {
            var positives = Labels.LongCount(label => label > 0.5);
            var negatives = Rows - positives;
            if (positives == 0 || negatives == 0)
                return (null, null);
            var area = ClassificationMetrics.Of(Scores, Array.ConvertAll(Labels, label => label > 0.5)).Auc;
            return (area, AreaInterval.HanleyMcNeil(area, positives, negatives, confidence));
        }

        public (double?, Interval?) Error(double confidence)
        {
            var errors = new Moments();
            for (var row = 0; row < Rows; row++)
                errors.Add(Math.Abs(Scores[row] - Labels[row]));
            if (Rows < 2)
                return (null, null);
            var half = Normal.Quantile(1 - ((1 - confidence) / 2)) * Math.Sqrt(errors.Variance / (Rows - 1));
            return (errors.Mean, new(Math.Max(0, errors.Mean - half), errors.Mean + half));
        }
    }
}
