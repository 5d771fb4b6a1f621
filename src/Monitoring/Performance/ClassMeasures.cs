using Assay.Statistics.Estimation;

namespace Assay.Monitoring.Performance;

/// <summary>Makes numbers of the counts of a model of several classes, all together and class by class.</summary>
internal static class ClassMeasures
{
    private const string Others = "other classes";
    private static readonly string[] Names = ["accuracy", "balanced_accuracy", "macro_f1", "weighted_f1", "log_loss", "brier"];

    /// <summary>From labels, over all classes.</summary>
    public static Measure[] Of(PerformanceCounts counts, int minimum)
    {
        var rows = counts.Labelled;
        if (rows < minimum || counts.Classes is not { } classes)
            return [.. Names.Select(name => Measures.TooFew(name, rows, minimum, "labelled rows"))];
        var table = classes.ToTable();
        var unseen = table.Classes.Count(place => classes.Truths.GetValueOrDefault(place) == 0);
        var about = unseen == 0 ? null : $"{unseen:N0} of {table.Classes.Count:N0} classes were answered and have no labelled row.";
        return
        [
            Measures.Of("accuracy", table.Accuracy, rows),
            Measures.Of("balanced_accuracy", table.BalancedAccuracy, rows, about),
            Measures.Of("macro_f1", table.MacroF1, rows, about),
            Measures.Of("weighted_f1", table.WeightedF1, rows),
            Mean("log_loss", counts.LogLoss, counts.LogLossSquares),
            Mean("brier", counts.Squares, counts.Fourths),
        ];

        Measure Mean(string name, double sum, double squares) =>
            classes.Weighed == 0 ? new(name, null, null, null, 0, "The log has no probabilities of every class.")
            : classes.Weighed < minimum ? Measures.TooFew(name, classes.Weighed, minimum, "labelled rows with the probability of every class")
            : Measures.Of(name, Estimate.Mean(sum, squares, classes.Weighed), classes.Weighed);
    }

    /// <summary>Before labels: how often the answered class is right, and the means over classes where all probabilities are known.</summary>
    public static Measure[] Estimated(PerformanceCounts counts, Calibration calibration, int minimum)
    {
        var rows = counts.Scores.Values.Sum();
        return rows == 0 ? []
            : rows < minimum ? [Measures.TooFew("accuracy", rows, minimum, "predictions with a probability")]
            : [Measures.Of("accuracy", ConfidenceEstimate.OfDecisions(counts.Scores, calibration)!, rows), .. OverClasses()];

        IEnumerable<Measure> OverClasses()
        {
            if (Expected(counts, calibration) is not { BalancedAccuracy: { } balanced, MacroF1: { } macro } table || table.Rows < minimum)
                yield break;
            yield return Measures.Of("balanced_accuracy", balanced, (long)table.Rows);
            yield return Measures.Of("macro_f1", macro, (long)table.Rows);
        }
    }

    /// <summary>
    /// Which class is to be expected where which was answered, with right answers as often as the calibration says; null where the
    /// probabilities of every class aren't known.
    /// </summary>
    public static ExpectedTable? Expected(PerformanceCounts counts, Calibration calibration) =>
        counts.Classes?.ToExpected() is { } table && ConfidenceEstimate.OfDecisions(counts.Scores, calibration) is { } accuracy ? table.Scaled(accuracy.Value) : null;

    /// <summary>Class by class, those with most rows first, and which was taken for which.</summary>
    public static ClassReport? Report(PerformanceCounts counts, IReadOnlyList<string> names, int minimum, ExpectedTable? expected = null)
    {
        if (counts.Classes is not { } classes)
            return null;
        var places = classes.Truths.Keys.Union(classes.Answered.Keys).Union(classes.Decided.Keys);
        return new(
            [.. places.Select(place => Row(classes, place, Name(place), minimum)).OrderByDescending(row => row.Labelled).ThenByDescending(row => row.Predictions).ThenBy(row => row.Class, StringComparer.Ordinal)],
            [.. classes.Cells().OrderBy(cell => cell.Truth).ThenBy(cell => cell.Decided).Select(cell => new ConfusionCell(InTable(cell.Truth), InTable(cell.Decided), cell.Rows))])
        {
            Estimated = expected is null || expected.Rows < minimum ? null : Estimated(expected, Name),
        };

        string Name(int place) => place >= 0 && place < names.Count ? names[place] : Others;

        string InTable(int place) => place < ClassCounts.TableMax ? Name(place) : Others;
    }

    private static ClassEstimate Estimated(ExpectedTable expected, Func<int, string> name)
    {
        var rows = (long)expected.Rows;
        return new(
            [.. expected.Classes.Select(place => new EstimatedClass(
                name(place), expected.Truth(place), One("precision", expected.Precision(place)), One("recall", expected.Recall(place)), One("f1", expected.F1(place))))
                .OrderByDescending(row => row.Expected)],
            [.. expected.Cells.OrderBy(cell => cell.Key.Truth).ThenBy(cell => cell.Key.Decided).Select(cell => new EstimatedCell(name(cell.Key.Truth), name(cell.Key.Decided), cell.Value))]);

        Measure One(string measure, Estimate? estimate) =>
            estimate is null ? new(measure, null, null, null, 0, "The class was not answered, and is not to be expected.") : Measures.Of(measure, estimate, rows);
    }

    private static ClassRow Row(ClassCounts classes, int place, string name, int minimum)
    {
        var (truths, decided, hits) = (classes.Truths.GetValueOrDefault(place), classes.Decided.GetValueOrDefault(place), classes.Hits.GetValueOrDefault(place));
        var either = truths + decided - hits;
        return new(
            name,
            classes.Answered.GetValueOrDefault(place),
            truths,
            Measures.Share("precision", hits, decided, minimum, "labelled rows that were answered so"),
            Measures.Share("recall", hits, truths, minimum, "rows of the class"),
            either < minimum
                ? Measures.TooFew("f1", either, minimum, "rows that are of the class or were answered so")
                : Measures.Of("f1", Estimate.Share(hits, either).Through(overlap => 2 * overlap / (1 + overlap)), either));
    }
}
