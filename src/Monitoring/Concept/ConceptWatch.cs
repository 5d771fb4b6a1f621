using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Concept;

/// <summary>A version's errors are not what they were.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">The version that erred.</param>
/// <param name="Detector">Which found it.</param>
/// <param name="Before">Mean error before.</param>
/// <param name="After">Mean error since.</param>
/// <param name="Rows">Labels of the version until then.</param>
internal sealed record ConceptChanged(
    string Endpoint, string Model, int Version, ConceptDetector Detector, double Before, double After, long Rows)
    : LedgerEvent("concept.changed", $"endpoint:{Endpoint}");

/// <summary>Tells of changes that the detectors found: in the ledger, and as an alert where errors of the version that answers rose.</summary>
internal sealed class ConceptWatch(AssayDb db, AlertBook alerts, ILedger ledger, MonitoringMeter meter, PapersKept papers, Registry.IModels models)
{
    /// <summary>Judges an endpoint.</summary>
    public async Task Run(ServedEndpoint served, CancellationToken cancel)
    {
        var settings = (await db.PerformanceSettingsOf(served.Name, cancel)).Concept;
        var row = await db.Concepts.SingleOrDefaultAsync(
            each => each.Endpoint == served.Name && each.Model == served.Model && each.Version == served.Version, cancel);
        var state = row?.Read();
        var isRaised = false;
        if (row is not null && state!.Untold.Count > 0)
        {
            isRaised = await Tell(served, state, cancel);
            row.Write(state);
        }

        if (!isRaised && await alerts.FindOpen(served.Name, AlertSources.Concept, cancel) is { } open && Over(open, served, settings, state) is { } because)
            await alerts.Calm(served.Name, AlertSources.Concept, because, cancel);
        await db.SaveChangesAsync(cancel);
    }

    // Whether it raised an alert, or added to one.
    private async Task<bool> Tell(ServedEndpoint served, ConceptState state, CancellationToken cancel)
    {
        var isShare = (await papers.Find(models, (served.Project, served.Model, served.Version), cancel))?.Schema.Task != Inference.Models.ModelTask.Regression;
        var bound = state.Bound ?? 1;
        foreach (var change in state.Untold)
        {
            ledger.Append(new ConceptChanged(
                served.Name, served.Model, served.Version, change.Detector, change.Before.Mean * bound, change.After.Mean * bound, change.Rows));
            meter.ConceptChanged(served.Project, served.Name, change.Detector);
        }

        // The last word counts: what rose and fell again within a tick is in the ledger and no alert.
        var last = state.Untold[^1];
        state.Untold = [];
        if (!last.IsRise)
            return false;
        await alerts.Raise(Found(served, last, (bound, isShare), (await db.SettingsOf(served.Name, cancel)).DatasetOnAlert), cancel);
        return true;
    }

    private static string? Over(Alert open, ServedEndpoint served, ConceptSettings settings, ConceptState? state)
    {
        if (open.Version != served.Version || open.Model != served.Model)
            return $"Version {served.Version} of {served.Model} answers now.";
        if (settings.Detectors.Count == 0 || state is null)
            return "Nothing watches for concept drift any more.";
        var stable = state.Rows - (state.Change?.Rows ?? 0);
        return stable < settings.MinimumRows || state.IsWarning
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{stable:N0} labels came since without a further change; how large errors are now is judged by the performance.");
    }

    private static Finding Found(ServedEndpoint served, FoundChange change, (double Bound, bool IsShare) scale, string? dataset)
    {
        var (before, after) = (ConceptReading.Error(change.Before, scale, 1), ConceptReading.Error(change.After, scale, 1));
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"What is true of an input changed at {served.Name}, version {served.Version}: the {(scale.IsShare ? "error rate" : "mean absolute error")} rose from {before.Value:0.####} ({before.Low:0.####} to {before.High:0.####}, {before.Rows:N0} labels) to {after.Value:0.####} ({after.Low:0.####} to {after.High:0.####}) over the last {after.Rows:N0} labels, found by {ConceptReading.Words(change.Detector)} at the {change.Rows:N0}th label, of a prediction of {Finding.Moment(change.FoundAt)}.");
        return new(served.Name, AlertSources.Concept, AlertSeverity.Warning, summary)
        {
            Model = served.Model,
            Version = served.Version,
            RetrainDataset = dataset,
            Signals = [new("error", change.Detector.ToString(), after.Value ?? 0, before.Value ?? 0, after.Rows)],
        };
    }
}
