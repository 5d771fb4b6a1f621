using Assay.Data.Screening;
using Assay.Inference.Models;
using Assay.Statistics.Metrics;

namespace Assay.Learning;

/// <summary>What a training step is asked to do; <c>request.json</c> in its input folder.</summary>
/// <param name="ModelName">The model that the package is meant for.</param>
/// <param name="Label">The column to predict.</param>
/// <param name="Datasets">At least one; their rows are trained on together.</param>
/// <param name="Task">Null: inferred from the label (see <c>docs/explanation/training.md</c>).</param>
/// <param name="Seed">Decides the split, the folds and everything random in the trainers.</param>
/// <param name="Folds">Folds of the cross-validation, 2 to 20; null: 5, or 3 above 40,000 training rows.</param>
/// <param name="Champion">Folder, relative to the input folder, of the package to compare with; null: none.</param>
/// <param name="ChampionDigest">The digest of that package's model version, repeated in the comparison so that a gate knows whom it is with.</param>
/// <param name="KeepInputs">
/// Whether the new model must take what the champion takes, no column more or less, because nobody will tell the callers.
/// </param>
/// <param name="CompareOnLast">
/// Whether the last of several datasets has the recent rows, so that its hold-out rows alone decide against the champion.
/// </param>
public sealed record TrainingRequest(
    string ModelName,
    string Label,
    IReadOnlyList<TrainingFile> Datasets,
    ModelTask? Task = null,
    int Seed = TrainingRequest.DefaultSeed,
    int? Folds = null,
    string? Champion = null,
    string? ChampionDigest = null,
    bool KeepInputs = false,
    bool CompareOnLast = false)
{
    /// <summary>The seed when nobody chose one.</summary>
    public const int DefaultSeed = 20;
}

/// <summary>One dataset version as a file that the step can read.</summary>
/// <param name="File">Path, relative to the input folder.</param>
/// <param name="Format"><c>csv</c> or <c>parquet</c>.</param>
/// <param name="Name">The dataset's name.</param>
/// <param name="Version">The dataset's version.</param>
/// <param name="Digest">SHA-256 of the file's bytes, as <c>sha256:…</c>.</param>
public sealed record TrainingFile(string File, string Format, string Name, int Version, string Digest);

/// <summary>What a training step found; <c>result.json</c> in its output folder, written last.</summary>
/// <param name="Task">What the model predicts.</param>
/// <param name="Trainer">The candidate that won and stands in the package.</param>
/// <param name="Candidates">The leaderboard, best first.</param>
/// <param name="Metrics">Of the packaged model on the hold-out rows: auc, accuracy, log_loss, f1, precision, recall and brier, or rmse, mae and r2.</param>
/// <param name="ExcludedColumns">Columns left out, each with its reason.</param>
/// <param name="Notes">What else a reader of the result should know, in plain words.</param>
/// <param name="Rows">Rows with a label.</param>
/// <param name="TrainRows">Rows that the model was fitted on.</param>
/// <param name="HoldoutRows">Rows that it was evaluated on.</param>
/// <param name="ExportDifference">Largest difference between the graph's and the trainer's predictions on the hold-out rows.</param>
/// <param name="ChampionMetrics">Of the champion on the same hold-out rows; null when there is none to compare with.</param>
/// <param name="Difference">Advantage over the champion in the leaderboard's metric, positive when the new model is better.</param>
/// <param name="Environment">Versions and machine that the step ran with.</param>
/// <param name="Seconds">Duration of the step.</param>
/// <param name="PeakMemoryBytes">Largest resident memory of the process.</param>
public sealed record TrainingOutcome(
    ModelTask Task,
    string Trainer,
    IReadOnlyList<Candidate> Candidates,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyList<ExcludedColumn> ExcludedColumns,
    IReadOnlyList<string> Notes,
    int Rows,
    int TrainRows,
    int HoldoutRows,
    double ExportDifference,
    IReadOnlyDictionary<string, double>? ChampionMetrics,
    PairedDifference? Difference,
    IReadOnlyDictionary<string, string> Environment,
    double Seconds,
    long PeakMemoryBytes);

/// <summary>One trainer's cross-validation.</summary>
/// <param name="Trainer"><c>logistic-regression</c> or <c>linear-regression</c>, <c>fast-tree</c>, <c>light-gbm</c>.</param>
/// <param name="Metric">What is compared: <c>auc</c> (high is good) or <c>rmse</c> (low is good).</param>
/// <param name="Mean">Mean over the folds.</param>
/// <param name="Std">Sample standard deviation over the folds.</param>
/// <param name="Params">Hyperparameters.</param>
/// <param name="FoldMetrics">The metric of each fold.</param>
/// <param name="Seconds">Sum of the folds' durations.</param>
public sealed record Candidate(
    string Trainer,
    string Metric,
    double Mean,
    double Std,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyList<double> FoldMetrics,
    double Seconds);

/// <summary>A training that can't be done as asked; the message is one sentence that says what is wrong and what to do.</summary>
public sealed class TrainingRefusedException : Exception
{
    /// <summary>Refuses with this sentence.</summary>
    public TrainingRefusedException(string message)
        : base(message)
    {
    }
}
