using Assay.Inference.Models;
using Assay.Monitoring.Concept;

namespace Assay.Monitoring.Performance;

/// <summary>A number with what it rests on.</summary>
/// <param name="Name">Such as <c>auc</c>, <c>accuracy</c> or <c>mae</c>.</param>
/// <param name="Value">The number; null where there are too few rows, which <paramref name="Note"/> says.</param>
/// <param name="Low">Lower end of its 95 % confidence interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Rows">Rows that it rests on.</param>
/// <param name="Note">Why there is no number, or what to know about it.</param>
public sealed record Measure(string Name, double? Value, double? Low, double? High, long Rows, string? Note = null);

/// <summary>What was predicted in one window by one version, and what of it turned out true.</summary>
/// <param name="From">Beginning of the window, by the time of the prediction; of the whole time for totals.</param>
/// <param name="Hours">Length: 1 or 24, also where hours were asked for and only days are left; 0 for totals.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Version that predicted.</param>
/// <param name="Value">Value of the feature by which rows are told apart; null without one.</param>
/// <param name="Predictions">Rows predicted.</param>
/// <param name="Labelled">Those among them whose label came.</param>
/// <param name="Coverage">Their share; null without predictions.</param>
/// <param name="Realised">From labels.</param>
/// <param name="Estimated">Before labels, from all predictions; empty where it can't be.</param>
public sealed record PerformanceRow(
    DateTimeOffset From,
    int Hours,
    string Model,
    int Version,
    string? Value,
    long Predictions,
    long Labelled,
    double? Coverage,
    IReadOnlyList<Measure> Realised,
    IReadOnlyList<Measure> Estimated)
{
    /// <summary>Of a model of several classes, in totals: class by class. Null otherwise.</summary>
    public ClassReport? Classes { get; init; }
}

/// <summary>How a model of several classes does by class.</summary>
/// <param name="Classes">Those that were answered or true, with most labelled rows first.</param>
/// <param name="Matrix">Labelled rows by what was true and what was answered, right ones too; the first 50 classes of the model, and the others together.</param>
public sealed record ClassReport(IReadOnlyList<ClassRow> Classes, IReadOnlyList<ConfusionCell> Matrix)
{
    /// <summary>The same before labels; null where the log has not the probabilities of every class, of models of more than 20 classes, and of too few predictions.</summary>
    public ClassEstimate? Estimated { get; init; }
}

/// <summary>How a model of several classes is expected to do before labels, by its probabilities.</summary>
/// <param name="Classes">The most frequent first.</param>
/// <param name="Matrix">Expected rows by what is true and what was answered.</param>
public sealed record ClassEstimate(IReadOnlyList<EstimatedClass> Classes, IReadOnlyList<EstimatedCell> Matrix);

/// <summary>One class before labels.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Expected">Rows of which it is expected to be true.</param>
/// <param name="Precision">Share of right ones among the rows that were answered so.</param>
/// <param name="Recall">Share of its rows that were answered so.</param>
/// <param name="F1">Their harmonic mean.</param>
public sealed record EstimatedClass(string Class, double Expected, Measure Precision, Measure Recall, Measure F1);

/// <summary>Rows that are expected to be of one class and were answered with one class.</summary>
/// <param name="Truth">What is expected to be true.</param>
/// <param name="Predicted">What was answered.</param>
/// <param name="Rows">How many.</param>
public sealed record EstimatedCell(string Truth, string Predicted, double Rows);

/// <summary>One class.</summary>
/// <param name="Class">Its name; <c>other classes</c> for labels that the version doesn't know.</param>
/// <param name="Predictions">How often it was answered.</param>
/// <param name="Labelled">Rows of which it was true.</param>
/// <param name="Precision">Share of right ones among the labelled rows that were answered so.</param>
/// <param name="Recall">Share of its rows that were answered so.</param>
/// <param name="F1">Their harmonic mean.</param>
public sealed record ClassRow(string Class, long Predictions, long Labelled, Measure Precision, Measure Recall, Measure F1);

/// <summary>Rows of one class that were answered with one class.</summary>
/// <param name="Truth">What was true.</param>
/// <param name="Predicted">What was answered.</param>
/// <param name="Rows">How many.</param>
public sealed record ConfusionCell(string Truth, string Predicted, long Rows);

/// <summary>How one segment compares with the largest one.</summary>
/// <param name="Version">Version that predicted.</param>
/// <param name="Value">The segment.</param>
/// <param name="Against">The largest segment of the version, which the others are compared with.</param>
/// <param name="PositiveRateDifference">Share decided positive minus that of the largest segment, over all predictions.</param>
/// <param name="PositiveRateRatio">The same as a ratio.</param>
/// <param name="TruePositiveRateDifference">Share of the positive rows that was decided positive minus that of the largest segment, from labels.</param>
/// <param name="TruePositiveRateRatio">The same as a ratio.</param>
public sealed record FairnessRow(
    int Version,
    string Value,
    string Against,
    Measure PositiveRateDifference,
    Measure PositiveRateRatio,
    Measure TruePositiveRateDifference,
    Measure TruePositiveRateRatio);

/// <summary>How a version did on rows that were held out when it was trained: the line to compare with.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Metrics">By their names, from the signed package.</param>
/// <param name="Rows">Rows held out; 0 where the package doesn't say.</param>
/// <param name="EstimatedBy">What estimates of the version rest on, in one sentence.</param>
public sealed record PerformanceReference(string Model, int Version, IReadOnlyDictionary<string, double> Metrics, long Rows, string EstimatedBy);

/// <summary>Realised and estimated performance of an endpoint.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Task">What its model predicts.</param>
/// <param name="From">Windows that begin then or later.</param>
/// <param name="To">And before then.</param>
/// <param name="By"><c>hour</c> or <c>day</c>.</param>
/// <param name="Segment">The feature by which rows are told apart; null for none.</param>
/// <param name="Windows">Oldest first, at most 2,000.</param>
/// <param name="Totals">The whole time, by version and segment.</param>
/// <param name="Fairness">For a classifier with a segment: each segment against the largest.</param>
/// <param name="References">One for each version.</param>
/// <param name="WaitingLabels">Labels whose prediction is not in the log, or was not looked up yet.</param>
/// <param name="Settings">In force.</param>
/// <param name="Notes">What a reader should know.</param>
public sealed record PerformanceReport(
    string Endpoint,
    ModelTask Task,
    DateTimeOffset From,
    DateTimeOffset To,
    string By,
    string? Segment,
    IReadOnlyList<PerformanceRow> Windows,
    IReadOnlyList<PerformanceRow> Totals,
    IReadOnlyList<FairnessRow> Fairness,
    IReadOnlyList<PerformanceReference> References,
    long WaitingLabels,
    PerformanceSettings Settings,
    IReadOnlyList<string> Notes)
{
    /// <summary>Whether errors are what they were, for each version with labels, the one with the newest labels first; whatever time was asked for.</summary>
    public IReadOnlyList<ConceptReport> Concept { get; init; } = [];

    /// <summary>Inputs of the model that answers, by which rows could be told apart; empty where the log keeps none.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
}
