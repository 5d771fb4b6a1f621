using Assay.Monitoring.Routes;

namespace Assay.Monitoring.Delivery;

/// <summary>Tells alerts in one form.</summary>
internal interface IAlertChannel
{
    RouteKind Kind { get; }

    /// <summary>Sends a message; why it was not taken, in one sentence, or null.</summary>
    Task<string?> Send(AlertRoute route, RouteSecret secret, AlertMessage message, CancellationToken cancel);
}
