using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Data;
using Assay.Data.Screening;
using Assay.Kernel;
using Assay.Pipelines;
using Assay.Registry;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>A training that made a version, and the version.</summary>
internal sealed record TrainedModel(TrainingSummary Training, ModelVersionDetail Detail);

/// <summary>
/// Stages 2 to 5: three trainers are compared, the best becomes a signed package, and the gate lets it into production.
/// A quickstart that is run again on the same bytes goes on from the training that it finds.
/// </summary>
internal static class TrainModel
{
    public static async Task<TrainedModel> Run(Trip trip, DatasetVersionDetail dataset, CancellationToken cancel)
    {
        var trained = await Learn(trip, dataset, cancel);
        foreach (var column in LeftOut(trained.Detail.Evaluation))
            trip.Board.Note($"left out: {column.Column} {column.Reason}");
        return trained;
    }

    private static Task<TrainedModel> Learn(Trip trip, DatasetVersionDetail dataset, CancellationToken cancel) => trip.Board.Run("learning", async doing =>
    {
        var training = await Found(trip, dataset.Version, cancel);
        var isFound = training is { Status: TrainingStatus.Succeeded };
        var isResumed = training is not null && !isFound;
        training = await Wait(trip, training ?? await Start(trip, dataset.Version, cancel), doing, cancel);

        // One that was interrupted too often is given up by the server: start over, as somebody would by hand.
        if (isResumed && training.Status == TrainingStatus.Failed)
            training = await Wait(trip, await Start(trip, dataset.Version, cancel), doing, cancel);
        if (training.Status == TrainingStatus.Failed || training.Version is not { } version)
            throw new CommandException($"The training failed: {training.Problem}");

        var detail = await trip.Client.Models.Find(trip.Name, Invariant(version), cancel)
            ?? throw new CommandException($"The training made version {version} of {trip.Name}, but it is not there.");
        var best = training.Candidates[0];
        return (new TrainedModel(training, detail),
            $"{best.Trainer} is the best of {training.Candidates.Count}, {best.Metric} {Figures.Figure(best.Mean)} ± {Figures.Figure(best.Std)} in cross-validation"
            + (isFound ? $" (version {version}, trained before)" : ""));
    });

    private static Task<TrainingSummary> Wait(Trip trip, TrainingSummary training, Action<string> doing, CancellationToken cancel) =>
        Trainings.WaitFor(trip.Client, training, now => doing(now.Percent > 0 ? $"{now.Stage}, {now.Percent} %" : now.Stage), cancel);

    /// <summary>The newest training of this table for this model, unless it failed or did not get into production.</summary>
    private static async Task<TrainingSummary?> Found(Trip trip, DatasetVersionSummary dataset, CancellationToken cancel)
    {
        var trainings = await Pages.All((cursor, stop) => trip.Client.Trainings.List(cursor, 1000, stop), cancel);
        var newest = trainings.FirstOrDefault(training =>
            training.Model == trip.Name && training.Label == trip.Source.Label
            && training.Datasets is [{ } only] && only.Name == dataset.Dataset && only.Version == dataset.Version);
        return newest is { Status: TrainingStatus.Failed } or { Status: TrainingStatus.Succeeded, Promoted: not true } ? null : newest;
    }

    private static Task<TrainingSummary> Start(Trip trip, DatasetVersionSummary dataset, CancellationToken cancel) =>
        trip.Client.Trainings.Start(
            new NewTraining(
                trip.Name, [new DatasetChoice(dataset.Dataset, dataset.Version)], trip.Source.Label, trip.Options.Task, Promote: true, Reason: "quickstart"),
            cancel);

    private static List<ExcludedColumn> LeftOut(JsonElement evaluation) =>
        evaluation.TryGetProperty("excludedColumns", out var columns) ? columns.Deserialize<List<ExcludedColumn>>(AssayJson.Options) ?? [] : [];

    private static string Invariant(int version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
