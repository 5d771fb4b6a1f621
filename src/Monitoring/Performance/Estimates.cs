using Assay.Inference.Models;
using Assay.Statistics.Estimation;

namespace Assay.Monitoring.Performance;

/// <summary>
/// Estimates of one version before labels come: by what its held-out rows taught, or else by labels that came earlier, or
/// else by its scores as they are.
/// </summary>
internal sealed class Estimates
{
    private readonly ModelTask _task;
    private readonly Calibration _calibration;
    private readonly HeldOutScores? _losses;

    private Estimates(ModelTask task, Calibration calibration, HeldOutScores? losses, string says) =>
        (_task, _calibration, _losses, Says) = (task, calibration, losses, says);

    /// <summary>What the estimates rest on, in one sentence.</summary>
    public string Says { get; }

    /// <summary>Of a version.</summary>
    /// <param name="papers">Of its package.</param>
    /// <param name="earlier">Labels of its predictions before the windows that are estimated.</param>
    public static Estimates Of(ModelPapers papers, PerformanceCounts earlier) => papers.Schema.Task != ModelTask.Regression
        ? OfClasses(papers, earlier)
        : OfNumbers(papers, earlier);

    /// <summary>Estimates of a window.</summary>
    public IReadOnlyList<Measure> For(PerformanceCounts counts, int minimum)
    {
        if (counts.Predictions == 0)
            return [];
        if (_task == ModelTask.Regression)
            return Loss(counts, minimum);
        if (_task == ModelTask.Multiclass)
            return ClassMeasures.Estimated(counts, _calibration, minimum);
        if (counts.Predictions < minimum)
            return [Measures.TooFew("accuracy", counts.Predictions, minimum, "predictions")];
        var estimate = ConfidenceEstimate.Of(counts.Scores, _calibration)!;
        (string Name, Estimate? Value)[] all =
        [
            ("accuracy", estimate.Accuracy), ("precision", estimate.Precision), ("recall", estimate.Recall), ("f1", estimate.F1),
            ("auc", estimate.Auc), ("brier", estimate.Brier),
        ];
        return [.. all.Where(one => one.Value is not null).Select(one => Measures.Of(one.Name, one.Value!, counts.Predictions))];
    }

    /// <summary>Of a model of several classes, which is to be expected where which was answered; null where it isn't known.</summary>
    public ExpectedTable? Expected(PerformanceCounts counts) => _task == ModelTask.Multiclass ? ClassMeasures.Expected(counts, _calibration) : null;

    private static Estimates OfClasses(ModelPapers papers, PerformanceCounts earlier)
    {
        if (papers.HeldOut is { Positives: not null } heldOut && Calibration.Learn(heldOut.Rows, heldOut.Positives) is { } packaged)
            return new(papers.Schema.Task, packaged, null, $"Estimated from scores calibrated on {heldOut.Rows.Values.Sum():N0} held-out rows of the package.");
        return Calibration.Learn(earlier.Known, earlier.Positives) is { } learned
            ? new(papers.Schema.Task, learned, null, $"Estimated from scores calibrated on {earlier.Labelled:N0} earlier labels.")
            : new(papers.Schema.Task, Calibration.Raw, null, "Not calibrated: estimated from raw scores, taken for probabilities as they are.");
    }

    private static Estimates OfNumbers(ModelPapers papers, PerformanceCounts earlier)
    {
        if (papers.HeldOut is { AbsoluteErrors: not null, SquaredErrors: not null } heldOut && heldOut.Rows.Values.Sum() >= Calibration.RowsMin)
            return new(papers.Schema.Task, Calibration.Raw, heldOut, $"Estimated from the errors of {heldOut.Rows.Values.Sum():N0} held-out rows of the package.");
        return earlier.Labelled >= Calibration.RowsMin
            ? new(papers.Schema.Task, Calibration.Raw, new(earlier.Known, null, earlier.AbsoluteErrors, earlier.SquaredErrors), $"Estimated from the errors of {earlier.Labelled:N0} earlier labels.")
            : new(papers.Schema.Task, Calibration.Raw, null, $"Not estimated: the package has no held-out errors, and of at least {Calibration.RowsMin} earlier labels there are {earlier.Labelled:N0}.");
    }

    private Measure[] Loss(PerformanceCounts counts, int minimum) =>
        _losses is null ? []
        : counts.Predictions < minimum ? [Measures.TooFew("mae", counts.Predictions, minimum, "predictions")]
        : LossEstimate.Of(counts.Scores, _losses.Rows, _losses.AbsoluteErrors!, _losses.SquaredErrors!) is { } loss
            ? [Measures.Of("mae", loss, counts.Predictions)]
            : [];
}
