using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Assay.Learning.Packaging;
using Assay.Learning.Selection;

namespace Assay.Learning;

/// <summary>Writes down what was found.</summary>
internal static class Report
{
    public static Evaluation Evaluation(
        TrainingRequest request,
        Prepared prepared,
        IReadOnlyList<Standing> standings,
        float[] predictions,
        double exportDifference,
        ChampionComparison? champion) => new(
        prepared.Rows.Task,
        request.Label,
        prepared.Label.Classes,
        standings[0].Trainer.Name,
        Quality.DecidingName(prepared.Rows.Task),
        Quality.Of(prepared.Rows, prepared.Sides.Holdout, predictions),
        new(prepared.Sides.Holdout.Length, prepared.Sides.HoldoutDigest.ToString()),
        prepared.Sides.Train.Length,
        prepared.Split,
        request.Seed,
        [.. request.Datasets.Select(dataset => new TrainedDataset(dataset.Name, dataset.Version, dataset.Digest))],
        [.. standings.Select(standing => Line(standing.Summary))],
        prepared.LeftOut,
        prepared.Notes,
        exportDifference,
        champion,
        Segments.Of(prepared, request.Label, predictions));

    public static TrainingOutcome Outcome(
        Evaluation evaluation, Prepared prepared, IReadOnlyList<Standing> standings, TimeSpan duration) => new(
        evaluation.Task,
        evaluation.Trainer,
        [.. standings.Select(standing => standing.Summary)],
        evaluation.Metrics,
        evaluation.ExcludedColumns,
        evaluation.Notes,
        prepared.Label.Labelled.Length,
        evaluation.TrainRows,
        evaluation.Holdout.Rows,
        evaluation.ExportDifference,
        evaluation.Champion?.Metrics,
        evaluation.Champion?.Difference,
        Environment(),
        Math.Round(duration.TotalSeconds, 3),
        Process.GetCurrentProcess().PeakWorkingSet64);

    private static CrossValidated Line(Candidate candidate) => new(
        candidate.Trainer, candidate.Metric, candidate.Mean, candidate.Std, candidate.Params, candidate.FoldMetrics);

    private static Dictionary<string, string> Environment() => new()
    {
        ["assay"] = VersionOf(typeof(Report)),
        ["ml.net"] = VersionOf(typeof(Microsoft.ML.MLContext)),
        ["onnxruntime"] = VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession)),
        ["framework"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.RuntimeIdentifier,
        ["processors"] = System.Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };

    // Behind a plus sign stands the commit that the library was built from.
    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
