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

    /// <summary>Before labels: how often the answered class is right.</summary>
    public static Measure[] Estimated(PerformanceCounts counts, Calibration calibration, int minimum)
    {
        var rows = counts.Scores.Values.Sum();
        return rows == 0 ? []
            : rows < minimum ? [Measures.TooFew("accuracy", rows, minimum, "predictions with a probability")]
            : [Measures.Of("accuracy", ConfidenceEstimate.OfDecisions(counts.Scores, calibration)!, rows)];
    }

    /// <summary>Class by class, those with most rows first, and which was taken for which.</summary>
    public static ClassReport? Report(PerformanceCounts counts, IReadOnlyList<string> names, int minimum)
    {
        if (counts.Classes is not { } classes)
            return null;
        var places = classes.Truths.Keys.Union(classes.Answered.Keys).Union(classes.Decided.Keys);
        return new(
            [.. places.Select(place => Row(classes, place, Name(place), minimum)).OrderByDescending(row => row.Labelled).ThenByDescending(row => row.Predictions).ThenBy(row => row.Class, StringComparer.Ordinal)],
            [.. classes.Cells().OrderBy(cell => cell.Truth).ThenBy(cell => cell.Decided).Select(cell => new ConfusionCell(InTable(cell.Truth), InTable(cell.Decided), cell.Rows))]);

        string Name(int place) => place >= 0 && place < names.Count ? names[place] : Others;

        string InTable(int place) => place < ClassCounts.TableMax ? Name(place) : Others;
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
