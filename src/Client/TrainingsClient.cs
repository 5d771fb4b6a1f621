using Assay.Kernel.Paging;
using Assay.Pipelines;

namespace Assay.Client;

/// <summary>Trainings: asked for here, done by the server in the background.</summary>
public sealed class TrainingsClient
{
    private readonly Transport _transport;

    internal TrainingsClient(Transport transport) => _transport = transport;

    /// <summary>Trainings of the project, newest first.</summary>
    public Task<Page<TrainingSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<TrainingSummary>>(Route.To("trainings").Page(cursor, limit), cancel);

    /// <summary>A training, or null when the project has none of that id.</summary>
    public Task<TrainingSummary?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<TrainingSummary>(Route.To("trainings", id), cancel);

    /// <summary>Queues a training; ask <see cref="Find"/> how it goes.</summary>
    public Task<TrainingSummary> Start(NewTraining training, CancellationToken cancel = default) =>
        _transport.Post<TrainingSummary>(Route.To("trainings"), training, cancel);

    /// <summary>Ends a training that is not over.</summary>
    public Task<TrainingSummary> Cancel(string id, CancellationToken cancel = default) =>
        _transport.Post<TrainingSummary>(Route.To("trainings", id, "cancel"), null, cancel);
}
