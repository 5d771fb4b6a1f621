using System.Diagnostics;
using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Learning.Onnx;
using Assay.Learning.Packaging;
using Assay.Learning.Reading;
using Assay.Learning.Selection;
using Assay.Learning.Trainers;

namespace Assay.Learning;

/// <summary>
/// Trains one model: from a folder with <c>request.json</c> (a <see cref="TrainingRequest"/>) and the datasets' files to a
/// folder with <c>package</c> and <c>result.json</c> (a <see cref="TrainingOutcome"/>). Needs no database and no server.
/// The same request, files and version of Assay give the same package, byte for byte.
/// </summary>
public static class TrainStep
{
    private const string RequestFile = "request.json";

    /// <summary>Runs the step. The package and then the result appear whole and last; whatever ends it earlier leaves neither.</summary>
    /// <param name="inputFolder">Has <c>request.json</c> and the files that it names.</param>
    /// <param name="outputFolder">Made when it is not there; what an earlier attempt left in it is taken away.</param>
    /// <param name="progress">Gets one <see cref="TrainingProgress"/> as JSON per line.</param>
    /// <param name="cancel">Stops the step within a moment.</param>
    /// <exception cref="TrainingRefusedException">It can't be done as asked; the message says what to do.</exception>
    /// <exception cref="InvalidTableException">A dataset's file is no usable table; the message says what and where.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<TrainingOutcome> Run(
        string inputFolder, string outputFolder, TextWriter progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var lines = new ProgressLines(progress);
        PackageFolder.Clear(outputFolder);

        lines.Write(new("reading", 1));
        var request = await ReadRequest(inputFolder, cancel);
        var prepared = Preparation.Run(request, inputFolder, lines, cancel);
        var (rows, sides) = (prepared.Rows, prepared.Sides);
        var (model, ranking) = await FitBest(await CrossValidate(request, prepared, lines, cancel), request, prepared, lines, cancel);
        prepared.Notes.AddRange(ranking.Failed.Select(failed => failed.ToString()));

        lines.Write(new("exporting", 85));
        var (graph, output) = OnnxExporter.Export(model, rows, sides.Train);
        cancel.ThrowIfCancellationRequested();
        lines.Write(new("evaluating", 90));
        var (predictions, difference) = Verify(model, graph, output, prepared);
        var comparison = prepared.Compare(request, predictions);
        var baselines = Baselines.Of(prepared, predictions);
        cancel.ThrowIfCancellationRequested();

        lines.Write(new("packaging", 95));
        var schema = new ModelSchema(
            rows.Task, request.Label, prepared.Label.Classes, [.. rows.Features.Select(Profiling.InputOf)], output);
        var baseline = Profiling.Baseline(rows, sides.Train, output, ranking.Standings[0].OutOfFold);
        var evaluation = Report.Evaluation(request, prepared, ranking.Standings, predictions, difference, comparison) with
        {
            Baselines = baselines,
            HeldOut = Profiling.HeldOut(rows, sides.Holdout, predictions, baseline.Score),
        };
        PackageFolder.Write(outputFolder, new(graph, schema, baseline, evaluation));
        var outcome = Report.Outcome(evaluation, prepared, ranking.Standings, clock.Elapsed);
        PackageFolder.WriteResult(outputFolder, outcome);
        lines.Write(new("done", 100));
        return outcome;
    }

    private static async Task<TrainingRequest> ReadRequest(string folder, CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(folder, RequestFile));
            var request = await JsonSerializer.DeserializeAsync<TrainingRequest>(file, AssayJson.Options, cancel);
            return Checked(request);
        }
        catch (Exception problem) when (problem is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TrainingRefusedException($"The training's {RequestFile} can't be read: {problem.Message}");
        }
    }

    private static TrainingRequest Checked(TrainingRequest? request)
    {
        if (string.IsNullOrWhiteSpace(request?.Label))
            throw new TrainingRefusedException("Say which column is to be predicted: the request names no label.");
        if (request.Datasets is not { Count: > 0 })
            throw new TrainingRefusedException("Say what to learn from: the request names no dataset.");
        if (request.Folds is < 2 or > 20)
            throw new TrainingRefusedException($"Cross-validation takes 2 to 20 folds, not {request.Folds}.");
        return request;
    }

    /// <summary>The best trainer's model of all training rows, or the next one's where that fails.</summary>
    private static async Task<(TrainedModel Model, Ranking Ranking)> FitBest(
        Ranking ranking, TrainingRequest request, Prepared prepared, ProgressLines lines, CancellationToken cancel)
    {
        while (true)
        {
            var best = ranking.Standings[0].Trainer;
            lines.Write(new("fitting", 75, best.Name));
            try
            {
                return (await TrainedModel.Fit(best, prepared.Rows, prepared.Sides.Train, request.Seed, cancel), ranking);
            }
            catch (Exception problem) when (problem is not OperationCanceledException and not OutOfMemoryException)
            {
                ranking = ranking.WithoutBest(problem.Message);
            }
        }
    }

    private static async Task<Ranking> CrossValidate(
        TrainingRequest request, Prepared prepared, ProgressLines lines, CancellationToken cancel)
    {
        const int From = 10, To = 75;
        var (rows, sides, folds) = (prepared.Rows, prepared.Sides, prepared.Folds);
        var trainers = AllTrainers.For(rows.Task, sides.Train.Length, request.Seed);
        var done = 0;
        return await new CrossValidation(rows, sides.Train, prepared.FoldOf, folds, request.Seed).Rank(trainers, Finished, cancel);

        void Finished(string trainer, int fold)
        {
            var percent = From + ((To - From) * Interlocked.Increment(ref done) / (trainers.Count * folds));
            lines.Write(new("cross-validation", percent, trainer, fold, folds));
        }
    }

    private static (float[] Predictions, double Difference) Verify(
        TrainedModel model, byte[] graph, string output, Prepared prepared)
    {
        var holdout = prepared.Sides.Holdout;
        using var scorer = new OnnxScorer(graph);
        var predictions = scorer.Predict(prepared.Rows.Features, output, holdout);
        var difference = ExportCheck.Difference(model.Predict(prepared.Rows, holdout), predictions);
        return difference <= ExportCheck.Tolerance
            ? (predictions, difference)
            : throw new TrainingRefusedException(
                $"The exported graph's predictions differ from the trainer's by {difference:g3}, more than "
                + $"{ExportCheck.Tolerance:g1}: the model was thrown away; please report it with the data's profile.");
    }
}
