using Assay.Kernel.Paging;
using Assay.Tracking;

namespace Assay.Client;

/// <summary>Experiments and their runs.</summary>
public sealed class RunsClient
{
    private readonly Transport _transport;

    internal RunsClient(Transport transport) => _transport = transport;

    /// <summary>Experiments of the project.</summary>
    public Task<Page<ExperimentSummary>> Experiments(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ExperimentSummary>>(Route.To("experiments").Page(cursor, limit), cancel);

    /// <summary>Runs of an experiment, newest first.</summary>
    public Task<Page<RunSummary>> List(string experiment, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<RunSummary>>(Route.To("experiments", experiment, "runs").Page(cursor, limit), cancel);

    /// <summary>A run, or null when the project has none of that id.</summary>
    public Task<RunSummary?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<RunSummary>(Route.To("runs", id), cancel);
}
