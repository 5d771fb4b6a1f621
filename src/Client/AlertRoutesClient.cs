using Assay.Kernel.Paging;
using Assay.Monitoring.Routes;

namespace Assay.Client;

/// <summary>Routes of alerts: who is told about which.</summary>
public sealed class AlertRoutesClient
{
    private readonly Transport _transport;

    internal AlertRoutesClient(Transport transport) => _transport = transport;

    /// <summary>Routes of the project.</summary>
    public Task<Page<AlertRouteSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<AlertRouteSummary>>(Route.To("alert-routes").Page(cursor, limit), cancel);

    /// <summary>A route with its newest deliveries, or null.</summary>
    public Task<AlertRouteDetail?> Find(string id, CancellationToken cancel = default) => _transport.Find<AlertRouteDetail>(Route.To("alert-routes", id), cancel);

    /// <summary>Makes a route.</summary>
    public Task<AlertRouteSummary> Create(AlertRouteRequest request, CancellationToken cancel = default) =>
        _transport.Post<AlertRouteSummary>(Route.To("alert-routes"), request, cancel);

    /// <summary>Changes a route; an address or secret that is left out stays as it is.</summary>
    public Task<AlertRouteDetail> Change(string id, AlertRouteRequest request, CancellationToken cancel = default) =>
        _transport.Put<AlertRouteDetail>(Route.To("alert-routes", id), request, cancel);

    /// <summary>Sends a made-up alert at once.</summary>
    public Task<RouteTestResult> Test(string id, CancellationToken cancel = default) =>
        _transport.Post<RouteTestResult>(Route.To("alert-routes", id, "test"), null, cancel);

    /// <summary>Deletes a route with what it has to tell.</summary>
    public Task Delete(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("alert-routes", id), cancel);
}
