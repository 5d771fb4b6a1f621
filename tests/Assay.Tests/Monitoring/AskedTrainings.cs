using Assay.Kernel.Refusals;
using Assay.Pipelines;

namespace Assay.Tests.Monitoring;

/// <summary>Stands where Pipelines stands: notes what is asked for, and ends trainings as a test says.</summary>
internal sealed class AskedTrainings : ITrainings
{
    public List<NewTraining> Asked { get; } = [];

    /// <summary>Thrown by <see cref="Start"/> while it is set.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>How the version that drifted was trained; null: elsewhere.</summary>
    public NewTraining? Recipe { get; set; } =
        new("churn-model", [new("telco", 3)], "churn", Seed: 77, Reason: "first");

    /// <summary>What every training has become.</summary>
    public Func<TrainingSummary, TrainingSummary> Became { get; set; } = training => training;

    public Task<TrainingSummary> Start(NewTraining training, CancellationToken cancel)
    {
        if (Trouble is not null)
            throw Trouble;
        Asked.Add(training);
        return Task.FromResult(Summary(training, Id(Asked.Count)));
    }

    public Task<TrainingSummary?> Find(string id, CancellationToken cancel)
    {
        var index = Asked.FindIndex(_ => true);
        return Task.FromResult(index < 0 ? null : Became(Summary(Asked[index], id)));
    }

    public Task<NewTraining?> FindRecipe(string model, int version, CancellationToken cancel) => Task.FromResult(Recipe);

    public static Refusal QueueFull => Refusal.Limit(429, "8 trainings are waiting.");

    private static string Id(int number) => $"{number:D32}";

    private static TrainingSummary Summary(NewTraining training, string id) => new(
        id, training.Model, TrainingStatus.Queued, "waiting", 0, null, training.Label, [], [], null, null, training.Reason, null,
        DateTimeOffset.UnixEpoch, null);
}
