using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Inference.Models;
using Assay.Learning.Trainers;

namespace Assay.Learning.Selection;

/// <summary>A trainer's standing after cross-validation.</summary>
/// <param name="Trainer">Which.</param>
/// <param name="Summary">For the leaderboard.</param>
/// <param name="OutOfFold">Of each train row the prediction of the model that was fitted without it.</param>
internal sealed record Standing(ITrainer Trainer, Candidate Summary, float[] OutOfFold);

/// <summary>A trainer that could not fit these rows.</summary>
/// <param name="Trainer">Its name.</param>
/// <param name="Problem">What its library said.</param>
internal sealed record FailedTrainer(string Trainer, string Problem)
{
    public override string ToString() => $"{Trainer} could not fit these rows and takes no part: {Problem.Trim()}";
}

/// <summary>What came of a cross-validation.</summary>
/// <param name="Standings">Best first; at least one.</param>
/// <param name="Failed">Trainers that take no part.</param>
internal sealed record Ranking(IReadOnlyList<Standing> Standings, IReadOnlyList<FailedTrainer> Failed)
{
    /// <summary>Itself, if any trainer is left.</summary>
    /// <exception cref="TrainingRefusedException">None is.</exception>
    public Ranking Usable() => Standings.Count > 0
        ? this
        : throw new TrainingRefusedException($"No trainer can learn from these rows. {string.Join(". ", Failed)}");

    /// <summary>What is left without the best, which failed when it was to be fitted on all rows.</summary>
    public Ranking WithoutBest(string problem) =>
        new Ranking([.. Standings.Skip(1)], [.. Failed, new(Standings[0].Trainer.Name, problem)]).Usable();
}

/// <summary>Measures every trainer by k-fold cross-validation on the train side.</summary>
internal sealed class CrossValidation(LearningRows rows, int[] train, int[] foldOf, int folds, int seed)
{
    /// <summary>
    /// The trainers, best first: by mean AUC, or by mean RMSE. They run side by side, each in one thread; every trainer
    /// sees the same folds, and its encoder is fitted on the fold's training part only. A trainer that fails on these rows
    /// takes no part.
    /// </summary>
    /// <param name="trainers">The candidates.</param>
    /// <param name="finished">Called with trainer and fold (from 1) after each fit.</param>
    /// <param name="cancel">Stops between fits.</param>
    /// <exception cref="TrainingRefusedException">Every trainer failed.</exception>
    public async Task<Ranking> Rank(IReadOnlyList<ITrainer> trainers, Action<string, int> finished, CancellationToken cancel)
    {
        var standings = new Standing?[trainers.Count];
        ConcurrentQueue<FailedTrainer> failed = [];
        var lanes = new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount };

        // The slowest come last in the list, and they decide when all is done.
        var order = Enumerable.Range(0, trainers.Count).Reverse();
        await Parallel.ForEachAsync(
            order, lanes, async (i, token) => standings[i] = await Try(trainers[i], finished, failed, token));

        var measured = standings.OfType<Standing>();
        var ranked = rows.Task == ModelTask.Classification
            ? measured.OrderByDescending(standing => standing.Summary.Mean)
            : measured.OrderBy(standing => standing.Summary.Mean);
        return new Ranking([.. ranked], [.. failed.OrderBy(each => each.Trainer, StringComparer.Ordinal)]).Usable();
    }

    private async Task<Standing?> Try(
        ITrainer trainer, Action<string, int> finished, ConcurrentQueue<FailedTrainer> failed, CancellationToken cancel)
    {
        try
        {
            return await Measure(trainer, finished, cancel);
        }
        catch (Exception problem) when (problem is not OperationCanceledException and not OutOfMemoryException)   // libraries throw what they like
        {
            failed.Enqueue(new(trainer.Name, problem.Message));
            return null;
        }
    }

    private async Task<Standing> Measure(ITrainer trainer, Action<string, int> finished, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var outOfFold = new float[train.Length];
        var metrics = new double[folds];
        for (var fold = 0; fold < folds; fold++)
        {
            var (fitted, measured) = Sides(fold);
            var model = await TrainedModel.Fit(trainer, rows, fitted, seed, cancel);
            var held = Array.ConvertAll(measured, position => train[position]);
            var predictions = model.Predict(rows, held);
            metrics[fold] = Quality.Deciding(rows, held, predictions);
            for (var i = 0; i < measured.Length; i++)
                outOfFold[measured[i]] = predictions[i];
            finished(trainer.Name, fold + 1);
        }

        var mean = metrics.Average();
        var deviation = Math.Sqrt(metrics.Sum(metric => (metric - mean) * (metric - mean)) / (folds - 1));
        var summary = new Candidate(
            trainer.Name, Quality.DecidingName(rows.Task), mean, deviation, trainer.Parameters, metrics,
            Math.Round(clock.Elapsed.TotalSeconds, 3));
        return new(trainer, summary, outOfFold);
    }

    /// <summary>Rows of the table to fit on, and positions among the train rows to measure on.</summary>
    private (int[] Fitted, int[] Measured) Sides(int fold)
    {
        List<int> fitted = new(train.Length), measured = [];
        for (var position = 0; position < train.Length; position++)
        {
            if (foldOf[position] == fold)
                measured.Add(position);
            else
                fitted.Add(train[position]);
        }

        return ([.. fitted], [.. measured]);
    }
}
