using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Delivery;

/// <summary>Writes down what is to be told about an alert, to every route that wants it. Saves nothing itself.</summary>
internal sealed class Outbox(AssayDb db, TimeProvider clock)
{
    private List<Routes.AlertRoute>? _routes;

    public async Task Put(Alert alert, DeliveryKind kind, CancellationToken cancel)
    {
        _routes ??= await db.AlertRoutes.AsNoTracking().Where(route => route.Active).ToListAsync(cancel);
        var now = clock.GetUtcNow();
        foreach (var route in _routes.Where(route => route.Wants(alert) && (kind != DeliveryKind.Resolved || route.Resolved)))
        {
            db.Deliveries.Add(new AlertDelivery
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                RouteId = route.Id,
                AlertId = alert.Id,
                Endpoint = alert.Endpoint,
                Kind = kind,
                CreatedAt = now,
                DueAt = now + TimeSpan.FromSeconds(route.GroupSeconds),
            });
        }
    }
}
