using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

internal sealed record AlertRaised(
    string Endpoint, string Model, int Version, string Alert, string Window, long Rows, double MaxPsi, IReadOnlyList<string> Features)
    : LedgerEvent("drift.alert-raised", $"endpoint:{Endpoint}");

internal sealed record AlertClosed(string Endpoint, string Alert, string Because)
    : LedgerEvent("drift.alert-closed", $"endpoint:{Endpoint}");

/// <summary>A window with what it showed and the settings that it is judged by.</summary>
internal sealed record Judged(ServedEndpoint Served, EvaluatedWindow Window, IReadOnlyList<DriftResult> Drifted, MonitorSettings Settings);

/// <summary>Raises one alert per episode of drift and closes it when the episode is over. Saves nothing itself.</summary>
internal sealed class AlertBook(AssayDb db, ILedger ledger, TimeProvider clock)
{
    private const int FeaturesNamedMax = 50;

    public Task<Alert?> FindOpen(string endpoint, CancellationToken cancel) =>
        db.Alerts.SingleOrDefaultAsync(alert => alert.Endpoint == endpoint && alert.State == AlertState.Open, cancel);

    /// <summary>
    /// Returns the alert that the window raises, or the open one that may start its retraining only now, since the monitor
    /// named no feedback dataset before; else null.
    /// </summary>
    public Alert? Judge(Alert? open, Judged judged)
    {
        if (open is not null && open.Version != judged.Window.Version)
        {
            Close(open, $"Version {judged.Window.Version} of {judged.Served.Model} answers now.");
            open = null;
        }

        if (judged.Drifted.Count > 0)
            return open is null ? Raise(judged) : Ask(open, judged.Settings.Retrain?.Dataset);

        // A window that was asked for with few rows can't tell that all is well again.
        if (open is not null && judged.Window.Rows >= judged.Settings.MinimumRows)
            Close(open, string.Create(CultureInfo.InvariantCulture, $"A window of {judged.Window.Rows:N0} rows is calm again."));
        return null;
    }

    private Alert? Ask(Alert open, string? dataset)
    {
        if (dataset is null || open.RetrainingState is not null)
            return null;
        open.RetrainDataset = dataset;
        open.RetrainingState = RetrainingState.Running;
        open.Revision++;
        ledger.Append(new RetrainingAsked(open.Endpoint, open.Id, dataset));
        return open;
    }

    private Alert Raise(Judged judged)
    {
        var now = clock.GetUtcNow();
        List<string> features = [.. judged.Drifted.Take(FeaturesNamedMax).Select(result => result.Name)];
        var retrain = judged.Settings.Retrain?.Dataset;
        var alert = new Alert
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Endpoint = judged.Served.Name,
            Model = judged.Served.Model,
            Version = judged.Window.Version,
            Window = judged.Window.Id,
            FeaturesJson = JsonSerializer.Serialize(features, AssayJson.Options),
            MaxPsi = judged.Window.MaxPsi,
            RaisedAt = now,
            State = AlertState.Open,
            RetrainDataset = retrain,
            RetrainingState = retrain is null ? null : RetrainingState.Running,
        };
        db.Alerts.Add(alert);
        ledger.Append(new AlertRaised(
            alert.Endpoint, alert.Model, alert.Version, alert.Id, alert.Window, judged.Window.Rows, alert.MaxPsi, features));
        return alert;
    }

    private void Close(Alert alert, string because)
    {
        alert.State = AlertState.Closed;
        alert.ClosedAt = clock.GetUtcNow();
        alert.ClosedBecause = because;
        alert.Revision++;
        ledger.Append(new AlertClosed(alert.Endpoint, alert.Id, because));
    }
}
