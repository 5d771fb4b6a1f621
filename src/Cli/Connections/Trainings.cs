using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Pipelines;

namespace Assay.Cli.Connections;

/// <summary>Waiting for a training, which the server does in the background.</summary>
internal static class Trainings
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks until the training is over.</summary>
    /// <param name="client">Of the server that trains.</param>
    /// <param name="training">As it was when it was queued.</param>
    /// <param name="report">Called with every change; null for nobody.</param>
    /// <param name="cancel">Stops waiting, not the training.</param>
    public static async Task<TrainingSummary> WaitFor(
        AssayClient client, TrainingSummary training, Action<TrainingSummary>? report, CancellationToken cancel)
    {
        while (training.Status is TrainingStatus.Queued or TrainingStatus.Running)
        {
            report?.Invoke(training);
            await Task.Delay(Pause, cancel);
            training = await client.Trainings.Find(training.Id, cancel)
                ?? throw new CommandException($"The training {training.Id} is not there any more.");
        }

        return training;
    }
}
