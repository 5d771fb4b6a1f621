using Assay.Data.Screening;
using Assay.Inference.Models;
using Assay.Statistics.Estimation;
using Assay.Statistics.Metrics;

namespace Assay.Learning;

/// <summary>
/// How a packaged model was judged; <c>evaluation.json</c>. Without times and machines, so that the same data, seed and
/// version of Assay give the same bytes.
/// </summary>
/// <param name="Task">What the model predicts.</param>
/// <param name="Label">The column that was learned.</param>
/// <param name="Classes">For classification: the negative class, then the positive one; null for regression.</param>
/// <param name="Trainer">What fitted it.</param>
/// <param name="Metric">The deciding metric: <c>auc</c> or <c>rmse</c>.</param>
/// <param name="Metrics">All metrics on the hold-out rows.</param>
/// <param name="Holdout">The rows that it was evaluated on.</param>
/// <param name="TrainRows">Number of rows that it was fitted on.</param>
/// <param name="Split">How rows came to their side.</param>
/// <param name="Seed">Of trainers and folds.</param>
/// <param name="Datasets">What the rows came from.</param>
/// <param name="CrossValidation">The leaderboard, best first.</param>
/// <param name="ExcludedColumns">Columns left out, each with its reason.</param>
/// <param name="Notes">What else a reader should know.</param>
/// <param name="ExportDifference">Largest difference between graph and trainer on the hold-out rows; relative for predictions beyond 1.</param>
/// <param name="Champion">The comparison with the version in production; null when there is none.</param>
/// <param name="Segments">For classification: the hold-out rows by the values of every column that has few of them.</param>
/// <param name="HeldOut">What scores are worth on the hold-out rows; null in packages from before it was counted.</param>
/// <param name="Baselines">What predictions without a model reach on the hold-out rows; null in packages from before that was kept.</param>
public sealed record Evaluation(
    ModelTask Task,
    string Label,
    IReadOnlyList<string>? Classes,
    string Trainer,
    string Metric,
    IReadOnlyDictionary<string, double> Metrics,
    HoldoutRows Holdout,
    int TrainRows,
    SplitRule Split,
    int Seed,
    IReadOnlyList<TrainedDataset> Datasets,
    IReadOnlyList<CrossValidated> CrossValidation,
    IReadOnlyList<ExcludedColumn> ExcludedColumns,
    IReadOnlyList<string> Notes,
    double ExportDifference,
    ChampionComparison? Champion,
    IReadOnlyList<SegmentedColumn>? Segments = null,
    HeldOutScores? HeldOut = null,
    IReadOnlyList<TrivialBaseline>? Baselines = null);

/// <summary>Predictions that need no model, to see whether one pays.</summary>
/// <param name="Name"><c>constant</c> (the mean of the train rows) or <c>last value</c> (the label of the row before in its dataset).</param>
/// <param name="Metrics">The same as the model's, on the same rows.</param>
public sealed record TrivialBaseline(string Name, IReadOnlyDictionary<string, double> Metrics);

/// <summary>A column by whose values the hold-out rows were told apart.</summary>
public sealed record SegmentedColumn(string Column, IReadOnlyList<Segment> Groups);

/// <summary>The hold-out rows that have one value in a column.</summary>
/// <param name="Value">The value, as text.</param>
/// <param name="Rows">How many rows have it.</param>
/// <param name="Positive">How many of them are of the positive class.</param>
/// <param name="Selected">How many the model decides positive, with a probability of at least 0.5.</param>
/// <param name="TruePositive">How many it decides positive rightly.</param>
/// <param name="Auc">Area under the ROC curve over these rows; null when they are all of one class.</param>
public sealed record Segment(string Value, int Rows, int Positive, int Selected, int TruePositive, double? Auc);

/// <summary>The rows that a model was evaluated on.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Digest">SHA-256 over their identities in ascending order (see <see cref="Learning.Split"/>), as <c>sha256:…</c>.</param>
public sealed record HoldoutRows(int Rows, string Digest);

/// <summary>What <see cref="Learning.Split"/> was given.</summary>
/// <param name="Seed">The seed of the split.</param>
/// <param name="Columns">The columns whose values identify a row.</param>
public sealed record SplitRule(int Seed, IReadOnlyList<string> Columns);

/// <summary>A dataset version that was trained on.</summary>
public sealed record TrainedDataset(string Name, int Version, string Digest);

/// <summary>A line of the leaderboard; see <see cref="Candidate"/>.</summary>
public sealed record CrossValidated(
    string Trainer,
    string Metric,
    double Mean,
    double Std,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyList<double> FoldMetrics);

/// <summary>The new model and the one in production on the same hold-out rows.</summary>
/// <param name="Digest">Of the champion's model version, as the request named it; null when it did not.</param>
/// <param name="Metrics">The champion's on all hold-out rows.</param>
/// <param name="Difference">Advantage of the new model in the deciding metric with a 95 % interval, positive when it is better.</param>
/// <param name="Better">Whether the whole interval is above 0.</param>
/// <param name="Recent">The dataset to whose hold-out rows the difference is confined, because they are the recent ones; null: all of them.</param>
/// <param name="Rows">How many rows the difference is taken from; null in packages from before that was kept.</param>
public sealed record ChampionComparison(
    string? Digest,
    IReadOnlyDictionary<string, double> Metrics,
    PairedDifference Difference,
    bool Better,
    string? Recent = null,
    int? Rows = null);
