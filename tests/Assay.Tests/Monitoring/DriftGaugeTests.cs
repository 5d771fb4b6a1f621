using System.Diagnostics.Metrics;
using Assay.Inference.Models;
using Assay.Monitoring;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

public sealed class DriftGaugeTests
{
    private static readonly ServedEndpoint Wide = new("default", "wide", "wide-model", 1, "sha256:1", new BaselineProfile(0, [], BaselineBuilder.Numbers("score", [0.0, 1.0])));

    [Fact]
    public void Of_hundreds_of_features_the_fifty_that_have_drifted_most_are_shown()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new MonitoringMeter(services.GetRequiredService<IMeterFactory>());
        meter.Evaluated(Wide, Window(500, drifted: 50), raised: false);

        var shown = Read(services);

        Assert.Equal(51, shown.Count);
        Assert.Equal(0.9, shown["f50"]);
        Assert.Contains("score", shown.Keys);
    }

    [Fact]
    public void A_window_that_tells_nothing_leaves_the_former_one()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new MonitoringMeter(services.GetRequiredService<IMeterFactory>());
        meter.Evaluated(Wide, Window(2, drifted: 1), raised: false);
        meter.Evaluated(Wide, null, raised: false);

        Assert.Equal(0.9, Read(services)["f1"]);
    }

    private static WindowResults Window(int features, int drifted) => new(
        new("score", 0, 0, 1, 700),
        [.. Enumerable.Range(0, features).Select(feature => new DriftResult($"f{feature}", feature == drifted ? 0.9 : 0.01, 0, 1, 700))]);

    private static Dictionary<string, double> Read(ServiceProvider services)
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Name == "drift_psi" && instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                each.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => seen.Add((string)tags.ToArray().Single(tag => tag.Key == "feature").Value!, value));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
