using Assay.Kernel.Paging;
using Assay.Tracking;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;
using Assay.Tracking.Views;

namespace Assay.Client;

/// <summary>Experiments, and the search of their runs.</summary>
public sealed class ExperimentsClient
{
    private readonly Transport _transport;

    internal ExperimentsClient(Transport transport) => _transport = transport;

    /// <summary>Experiments of the project, oldest first.</summary>
    public Task<Page<ExperimentSummary>> List(Shown shown = Shown.Active, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ExperimentSummary>>(Route.To("experiments").With("shown", shown switch { Shown.Deleted => "deleted", Shown.All => "all", _ => null }).Page(cursor, limit), cancel);

    /// <summary>An experiment by its id, also a deleted one; null when there is none.</summary>
    public Task<ExperimentDetail?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<ExperimentDetail>(Route.To("experiments", id), cancel);

    /// <summary>Makes an experiment.</summary>
    public Task<ExperimentDetail> Add(string name, CancellationToken cancel = default) =>
        _transport.Post<ExperimentDetail>(Route.To("experiments"), new AddExperimentRequest(name), cancel);

    /// <summary>Deletes an experiment and its runs; they can be brought back.</summary>
    public Task<ExperimentDetail> Delete(string id, CancellationToken cancel = default) =>
        _transport.Delete<ExperimentDetail>(Route.To("experiments", id), cancel);

    /// <summary>Brings a deleted experiment back, and its runs.</summary>
    public Task<ExperimentDetail> Restore(string id, CancellationToken cancel = default) =>
        _transport.Post<ExperimentDetail>(Route.To("experiments", id, "restore"), null, cancel);

    /// <summary>Runs of an experiment by filter and order, window by window.</summary>
    public Task<RunWindow> FindRuns(string id, FindRunsRequest request, CancellationToken cancel = default) =>
        _transport.Post<RunWindow>(Route.To("experiments", id, "runs", "search"), request, cancel);

    /// <summary>Views that the caller keeps of its runs, by name.</summary>
    public Task<IReadOnlyList<RunTableView>> Views(string id, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<RunTableView>>(Route.To("experiments", id, "views"), cancel);

    /// <summary>Keeps a view, in the place of one that had the name before.</summary>
    public Task<RunTableView> SaveView(string id, string name, string query, CancellationToken cancel = default) =>
        _transport.Put<RunTableView>(Route.To("experiments", id, "views", name), new SaveViewRequest(query), cancel);

    /// <summary>Forgets a view.</summary>
    public Task ForgetView(string id, string name, CancellationToken cancel = default) =>
        _transport.Delete(Route.To("experiments", id, "views", name), cancel);

    /// <summary>Names of metrics, parameters and tags that its newest runs have.</summary>
    public Task<RunColumns> Columns(string id, CancellationToken cancel = default) =>
        _transport.Get<RunColumns>(Route.To("experiments", id, "columns"), cancel);
}
