using Assay.Kernel.Paging;
using Assay.Monitoring.Incidents;

namespace Assay.Client;

/// <summary>Incidents: what went wrong, who sees to it, and why it happened.</summary>
public sealed class IncidentsClient
{
    private readonly Transport _transport;

    internal IncidentsClient(Transport transport) => _transport = transport;

    /// <summary>Incidents of the project, newest first; of <paramref name="state"/> <c>open</c>, <c>overdue</c> or <c>closed</c>, or all.</summary>
    public Task<Page<IncidentSummary>> List(string? state = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<IncidentSummary>>(Route.To("incidents").With("state", state).Page(cursor, limit), cancel);

    /// <summary>An incident with its timeline, or null.</summary>
    public Task<IncidentDetail?> Find(string id, CancellationToken cancel = default) => _transport.Find<IncidentDetail>(Route.To("incidents", id), cancel);

    /// <summary>Opens one.</summary>
    public Task<IncidentDetail> Open(OpenIncidentRequest request, CancellationToken cancel = default) =>
        _transport.Post<IncidentDetail>(Route.To("incidents"), request, cancel);

    /// <summary>Changes title, severity, owner, corrective action and deadline.</summary>
    public Task<IncidentDetail> Change(string id, ChangeIncidentRequest request, CancellationToken cancel = default) =>
        _transport.Put<IncidentDetail>(Route.To("incidents", id), request, cancel);

    /// <summary>Writes into the timeline.</summary>
    public Task<IncidentDetail> Note(string id, string text, CancellationToken cancel = default) =>
        _transport.Post<IncidentDetail>(Route.To("incidents", id, "notes"), new NoteRequest(text), cancel);

    /// <summary>Closes one whose cause is known.</summary>
    public Task<IncidentDetail> Close(string id, CloseIncidentRequest request, CancellationToken cancel = default) =>
        _transport.Post<IncidentDetail>(Route.To("incidents", id, "close"), request, cancel);
}
