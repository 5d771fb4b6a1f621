using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Feedback;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

/// <summary>
/// The one book of alerts. Whoever watches an endpoint raises what it finds, and says when it is calm again: an episode is
/// one alert. Saves nothing itself, so that the alert is in the transaction of what was found.
/// </summary>
internal sealed class AlertBook(AssayDb db, ILedger ledger, Upstream upstream, AlertReaders readers, TimeProvider clock)
{
    private const int SignalsKept = 50;
    private const int BecauseLengthMax = 300;

    /// <summary>The alert of that source that is not closed; null when there is none.</summary>
    public Task<Alert?> FindOpen(string endpoint, string source, CancellationToken cancel) =>
        db.Alerts.SingleOrDefaultAsync(alert => alert.Endpoint == endpoint && alert.Source == source && alert.State != AlertState.Closed, cancel);

    /// <summary>Opens an alert, or adds to the one of this source that is open. An open one of another version is closed first.</summary>
    public async Task<Alert> Raise(Finding finding, CancellationToken cancel)
    {
        var open = await FindOpen(finding.Endpoint, finding.Source, cancel);
        if (open is not null && finding.Version > 0 && open.Version != finding.Version)
        {
            await Close(open, $"Version {finding.Version} of {finding.Model} answers now.", cancel);
            open = null;
        }

        if (open is null)
            return await Open(finding, cancel);
        await Add(open, finding, cancel);
        return open;
    }

    /// <summary>Closes the alert of that source, if there is one that lasts.</summary>
    public async Task Calm(string endpoint, string source, string because, CancellationToken cancel)
    {
        if (await FindOpen(endpoint, source, cancel) is { } open)
            await Close(open, because, cancel);
    }

    /// <summary>Somebody takes an alert on.</summary>
    /// <exception cref="Refusal">It is closed, or taken on already.</exception>
    public void Acknowledge(Alert alert, string who, string? note)
    {
        if (alert.State == AlertState.Closed)
            throw Refusal.Conflict($"This alert was closed at {Finding.Moment(alert.ClosedAt!.Value)}: {alert.ClosedBecause}");
        if (alert.State == AlertState.Acknowledged)
            throw Refusal.Conflict($"{alert.AcknowledgedBy} took this alert on at {Finding.Moment(alert.AcknowledgedAt!.Value)} already.");
        (alert.State, alert.AcknowledgedAt, alert.AcknowledgedBy, alert.Note) = (AlertState.Acknowledged, clock.GetUtcNow(), who, note);
        alert.Revision++;
        ledger.Append(new AlertAcknowledged(alert.Endpoint, alert.Source, alert.Id, note));
    }

    /// <summary>Notes that an open alert starts its retraining only now, since the monitor named no dataset before; false when it has one.</summary>
    public bool Ask(Alert open, string? dataset)
    {
        if (dataset is null || open.RetrainingState is not null)
            return false;
        open.RetrainDataset = dataset;
        open.RetrainingState = RetrainingState.Running;
        open.Revision++;
        ledger.Append(new RetrainingAsked(open.Endpoint, open.Id, dataset));
        return true;
    }

    private async Task<Alert> Open(Finding finding, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        List<AlertSignal> signals = [.. finding.Signals.Take(SignalsKept)];
        List<string> features = [.. signals.Select(signal => signal.Name).Distinct(StringComparer.Ordinal)];
        var details = new AlertDetails(
            finding.Since ?? now, signals, finding.Segment, await upstream.Changes(finding.Endpoint, finding.Model, finding.Version, now, cancel));
        var alert = new Alert
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Endpoint = finding.Endpoint,
            Source = finding.Source,
            Severity = finding.Severity,
            Summary = finding.Summary.Shortened(Alert.SummaryLengthMax),
            Model = finding.Model,
            Version = finding.Version,
            Window = finding.Window,
            FeaturesJson = JsonSerializer.Serialize(features, AssayJson.Options),
            MaxPsi = finding.MaxPsi,
            DetailsJson = JsonSerializer.Serialize(details, AssayJson.Options),
            RaisedAt = now,
            State = AlertState.Open,
            RetrainDataset = finding.RetrainDataset,
            RetrainingState = finding.RetrainDataset is null ? null : RetrainingState.Running,
        };
        db.Alerts.Add(alert);
        ledger.Append(new AlertRaised(
            alert.Endpoint, alert.Source, alert.Severity, alert.Model, alert.Version, alert.Id, alert.Summary, alert.Window, alert.MaxPsi, features));
        await readers.Raised(alert, cancel);
        return alert;
    }

    private async Task Add(Alert open, Finding finding, CancellationToken cancel)
    {
        open.Repeats++;
        open.LastSeenAt = clock.GetUtcNow();
        open.LatestSummary = finding.Summary.Shortened(Alert.SummaryLengthMax);
        if (finding.Severity <= open.Severity)
            return;
        ledger.Append(new AlertEscalated(open.Endpoint, open.Source, open.Id, open.Severity, finding.Severity, open.LatestSummary));
        (open.Severity, open.Summary, open.State) = (finding.Severity, open.LatestSummary, AlertState.Open);
        (open.AcknowledgedAt, open.AcknowledgedBy, open.Note) = (null, null, null);
        open.Revision++;
        await readers.Raised(open, cancel);
    }

    private async Task Close(Alert alert, string because, CancellationToken cancel)
    {
        alert.State = AlertState.Closed;
        alert.ClosedAt = clock.GetUtcNow();
        alert.ClosedBecause = because.Shortened(BecauseLengthMax);
        alert.Revision++;
        ledger.Append(new AlertClosed(alert.Endpoint, alert.Source, alert.Id, alert.ClosedBecause));
        await readers.Closed(alert, cancel);
    }
}
