using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Incidents;

/// <summary>Opens incidents, by hand and by critical alerts, and closes them. Saves nothing itself but by <see cref="Save"/>.</summary>
internal sealed class IncidentBook(AssayDb db, ILedger ledger, Caller caller, TimeProvider clock)
{
    private const int AlertsMax = 50;
    private const int TitleLengthMax = 200;

    public Incident Open(string title, string endpoint, AlertSeverity severity, IReadOnlyList<string> alerts)
    {
        var now = clock.GetUtcNow();
        var incident = new Incident
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Title = title,
            Endpoint = endpoint,
            Severity = severity,
            OpenedAt = now,
            OpenedBy = caller.Principal ?? caller.Id,
            Alerts = string.Join('\n', alerts),
        };
        db.Incidents.Add(incident);
        ledger.Append(new IncidentOpened(incident.Id, title, endpoint, severity, alerts));
        return incident;
    }

    /// <summary>A critical alert belongs to the incident of its endpoint that is open, or opens one.</summary>
    public async Task Take(Alert alert, CancellationToken cancel)
    {
        if (alert.Severity < AlertSeverity.Critical)
            return;
        var open = await db.Incidents.Where(row => row.Endpoint == alert.Endpoint && row.ClosedAt == null).OrderBy(row => row.Id).FirstOrDefaultAsync(cancel);
        if (open is null)
        {
            Open(alert.Summary.Shortened(TitleLengthMax), alert.Endpoint, AlertSeverity.Critical, [alert.Id]);
            return;
        }

        if (open.AlertList.Contains(alert.Id) || open.AlertList.Count >= AlertsMax)
            return;
        open.Alerts += (open.Alerts.Length > 0 ? "\n" : "") + alert.Id;
        open.Severity = AlertSeverity.Critical;
        open.Revision++;
        ledger.Append(new IncidentAlertAdded(open.Id, alert.Id, alert.Summary));
    }

    /// <exception cref="Refusal">404.</exception>
    public async Task<Incident> Find(string id, CancellationToken cancel) =>
        await db.Incidents.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("incident", id);

    /// <summary>The incident, which must be open.</summary>
    /// <exception cref="Refusal">404, or 409 when it is closed.</exception>
    public async Task<Incident> FindOpen(string id, CancellationToken cancel)
    {
        var incident = await Find(id, cancel);
        return incident.ClosedAt is null
            ? incident
            : throw Refusal.Conflict($"This incident was closed at {Finding.Moment(incident.ClosedAt.Value)}: open another one.");
    }

    public async Task Save(CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)   // an alert was added, or somebody else changed it, since we read it
        {
            throw Refusal.Conflict("This incident changed at the same moment: look at it and send yours again.");
        }
    }
}
