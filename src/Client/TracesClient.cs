using Assay.Kernel.Paging;
using Assay.Tracking.Traces;

namespace Assay.Client;

/// <summary>Traces of applications, their spans and what was said about them.</summary>
public sealed class TracesClient
{
    private readonly Transport _transport;

    internal TracesClient(Transport transport) => _transport = transport;

    /// <summary>Traces of an experiment; the newest first unless another order is asked for.</summary>
    /// <param name="experiment">Its id.</param>
    /// <param name="request">Which of them, in which order.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">At most 1,000.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Page<TraceSummary>> List(
        string experiment, ListTracesRequest? request = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<TraceSummary>>(
            Route.To("experiments", experiment, "traces").With("filter", request?.Filter).With("orderBy", request?.OrderBy).Page(cursor, limit), cancel);

    /// <summary>A trace with its spans; null when the project has none of that id.</summary>
    public Task<TraceDetail?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<TraceDetail>(Route.To("traces", id), cancel);

    /// <summary>Deletes a trace for good, with its spans, assessments and files.</summary>
    public Task Delete(string id, CancellationToken cancel = default) =>
        _transport.Delete(Route.To("traces", id), cancel);
}
