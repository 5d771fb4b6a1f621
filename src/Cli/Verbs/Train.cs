using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Inference.Models;
using Assay.Pipelines;

namespace Assay.Cli.Verbs;

/// <summary><c>assay train</c>: queues a training and waits for it.</summary>
internal static class Train
{
    private static readonly Argument<string> Dataset = new("dataset")
    {
        Description = "Dataset to train on, NAME or NAME@VERSION; several with commas between them",
        HelpName = "DATASET",
    };

    private static readonly Option<string> Label = new("--label") { Description = "Column to learn", HelpName = "COLUMN", Required = true };

    private static readonly Option<string?> Model = new("--model") { Description = "Model that gets the new version. Default: the dataset's name", HelpName = "NAME" };

    private static readonly Option<ModelTask?> Task = new("--task") { Description = "Default: after the label's values" };

    private static readonly Option<int?> Seed = new("--seed") { Description = "Decides everything random; the same seed and data give the same model", HelpName = "N" };

    private static readonly Option<bool> Promote = new("--promote") { Description = "Put the new version into production when it passes the gate" };

    private static readonly Option<bool> Detach = new("--detach") { Description = "Do not wait for the end" };

    public static Command Create()
    {
        var verb = new Verb(
            "train",
            "Trains, compares and registers a model; the exit status says whether that succeeded",
            "assay train churn --label churn --promote",
            "assay train churn@1,churn-recent@3 --label churn --model churn --seed 7 --json").Connected();
        verb.Add(Dataset);
        verb.Add(Label);
        verb.Add(Model);
        verb.Add(Task);
        verb.Add(Seed);
        verb.Add(Promote);
        verb.Add(Detach);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var datasets = parsed.GetRequiredValue(Dataset).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Choice).ToList();
        if (datasets.Count == 0)
            throw new CommandException("Name a dataset to train on.");
        var training = await session.Client.Trainings.Start(
            new NewTraining(
                parsed.GetValue(Model) ?? datasets[0].Name,
                datasets,
                parsed.GetRequiredValue(Label),
                parsed.GetValue(Task),
                parsed.GetValue(Seed),
                parsed.GetValue(Promote)),
            cancel);
        if (!parsed.GetValue(Detach))
            training = await Trainings.WaitFor(session.Client, training, report: null, cancel);
        session.Write(training, TrainingText.Show);
        return training.Status == TrainingStatus.Failed ? 1 : 0;
    }

    private static DatasetChoice Choice(string text)
    {
        var parts = text.Split('@', 2);
        if (parts.Length == 1)
            return new(text);
        return int.TryParse(parts[1], out var version)
            ? new(parts[0], version)
            : throw new CommandException($"'{parts[1]}' in '{text}' is no version number; write NAME@1.");
    }
}
