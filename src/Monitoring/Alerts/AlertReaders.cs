using Assay.Monitoring.Delivery;
using Assay.Monitoring.Incidents;

namespace Assay.Monitoring.Alerts;

/// <summary>What follows from an alert in its own transaction: who is told, and the incident that a critical one belongs to.</summary>
internal sealed class AlertReaders(Outbox outbox, IncidentBook incidents)
{
    /// <summary>It was raised, or became more severe.</summary>
    public async Task Raised(Alert alert, CancellationToken cancel)
    {
        await outbox.Put(alert, DeliveryKind.Raised, cancel);
        await incidents.Take(alert, cancel);
    }

    /// <summary>It is over.</summary>
    public Task Closed(Alert alert, CancellationToken cancel) => outbox.Put(alert, DeliveryKind.Resolved, cancel);
}
