using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Assay.Monitoring.Concept;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;

namespace Assay.Monitoring;

/// <summary>
/// Meter <c>Assay.Monitoring</c>: the gauge <c>drift_psi</c> per endpoint and feature of the last window, and the counter
/// <c>drift_alerts</c>. A model with thousands of features must not flood Prometheus: the 50 that have drifted most and the score are shown.
/// </summary>
internal sealed class MonitoringMeter
{
    public const string Name = "Assay.Monitoring";
    private const int FeaturesMax = 50;
    private const int EndpointsMax = 100;

    private readonly ConcurrentDictionary<(string Project, string Endpoint), WindowResults> _last = new();
    private readonly ConcurrentDictionary<(string Project, string Endpoint), double> _agreements = new();
    private readonly Counter<long> _alerts;
    private readonly Counter<long> _labels;
    private readonly Counter<long> _concepts;

    public MonitoringMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _alerts = meter.CreateCounter<long>("drift_alerts", description: "Alerts raised because of drift.");
        _labels = meter.CreateCounter<long>("prediction_labels", description: "Labels that were posted, by whether they were new or took the place of another.");
        _concepts = meter.CreateCounter<long>("concept_changes", description: "Changes of a version's errors that a detector found, up or down.");
        meter.CreateObservableGauge("attribution_agreement", Agreements, description: "How far inputs matter in the order of the reference (NDCG), in the last comparison of attributions.");
        meter.CreateObservableGauge("drift_psi", Observe, description: "Population stability index of the last evaluated window.");
    }

    /// <summary>Shows this window from now on; null for one with too few rows to tell, in whose place the former one stays.</summary>
    public void Evaluated(ServedEndpoint served, WindowResults? results, bool raised)
    {
        var key = (served.Project, served.Name);
        if (results is not null && (_last.ContainsKey(key) || _last.Count < EndpointsMax))
            _last[key] = results;
        if (raised)
            _alerts.Add(1, Tag("project", served.Project), Tag("endpoint", served.Name));
    }

    /// <summary>Shows how far the reasons of predictions agree with those of the reference.</summary>
    public void Explained(ServedEndpoint served, double agreement)
    {
        var key = (served.Project, served.Name);
        if (_agreements.ContainsKey(key) || _agreements.Count < EndpointsMax)
            _agreements[key] = agreement;
    }

    /// <summary>Counts labels.</summary>
    public void Posted(string project, string endpoint, int added, int corrected)
    {
        _labels.Add(added, Tag("project", project), Tag("endpoint", endpoint), Tag("kind", "new"));
        _labels.Add(corrected, Tag("project", project), Tag("endpoint", endpoint), Tag("kind", "corrected"));
    }

    /// <summary>Counts a change of errors.</summary>
    public void ConceptChanged(string project, string endpoint, ConceptDetector detector) =>
        _concepts.Add(1, Tag("project", project), Tag("endpoint", endpoint), Tag("detector", JsonNamingPolicy.CamelCase.ConvertName(detector.ToString())));

    /// <summary>Forgets endpoints that are no more.</summary>
    public void Keep(IReadOnlyList<ServedEndpoint> served)
    {
        var alive = served.Select(endpoint => (endpoint.Project, endpoint.Name)).ToHashSet();
        foreach (var key in _last.Keys.Where(key => !alive.Contains(key)))
            _last.TryRemove(key, out _);
        foreach (var key in _agreements.Keys.Where(key => !alive.Contains(key)))
            _agreements.TryRemove(key, out _);
    }

    private IEnumerable<Measurement<double>> Agreements() =>
        from shown in _agreements
        select new Measurement<double>(shown.Value, Tag("project", shown.Key.Project), Tag("endpoint", shown.Key.Endpoint));

    private IEnumerable<Measurement<double>> Observe() =>
        from shown in _last
        from result in Shown(shown.Value)
        select new Measurement<double>(
            result.Psi, Tag("project", shown.Key.Project), Tag("endpoint", shown.Key.Endpoint), Tag("feature", result.Name));

    private static IEnumerable<DriftResult> Shown(WindowResults results) => results.Features.OrderByDescending(result => result.Psi).Take(FeaturesMax).Append(results.Score);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
