using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring;
using Assay.Monitoring.Monitors;
using Assay.Tests.Monitoring.Labels;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Monitoring;

public sealed class ModelMeterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Performance_and_numbers_of_the_business_are_gauges_of_the_version_that_answers_and_follow_what_is_posted()
    {
        await using var scene = await LabelScene.Start();   // its held-out AUC was 0.8
        await scene.Set(new() { MinimumLabels = 20 });
        List<string> ids = [];
        for (var call = 0; call < 40; call++)
            ids.Add(await scene.Predict(call < 20 ? 20 : 60));
        await scene.Logged(40);
        await scene.Tick();

        var before = await Read(scene.Server);
        Assert.Equal((40, 0, 0), (before["model_predictions"], before["model_labelled_predictions"], before["model_label_coverage"]));
        Assert.InRange(before["model_performance measure=auc basis=estimate"], 0.5, 1);
        Assert.DoesNotContain("model_performance measure=auc basis=labels", before.Keys);   // too few
        Assert.DoesNotContain(before.Keys, key => key.StartsWith("kpi_", StringComparison.Ordinal));

        await scene.Post([.. ids.Take(30).Select((id, place) => (object)new { id, label = place % 2 == 0 })]);
        using var posted = await scene.Server.Admin.PostAsJsonAsync(
            "/api/v1/endpoints/churn/kpis", new { kpis = ids.Take(12).Select((id, place) => new { id, name = "revenue", value = 10.0 + place }) }, AssayJson.Options, Cancel);
        posted.EnsureSuccessStatusCode();
        await scene.Tick();

        var after = await Read(scene.Server);
        Assert.Equal((40, 30, 0.75), (after["model_predictions"], after["model_labelled_predictions"], after["model_label_coverage"]));
        Assert.Equal(0.8, after["model_performance_heldout measure=auc"]);
        Assert.InRange(after["model_performance measure=auc basis=labels"], after["model_performance_low measure=auc basis=labels"], after["model_performance_high measure=auc basis=labels"]);
        Assert.Equal((15.5, 12), (after["kpi_mean kpi=revenue"], after["kpi_values kpi=revenue"]));
        Assert.InRange(15.5, after["kpi_mean_low kpi=revenue"], after["kpi_mean_high kpi=revenue"]);
    }

    [Fact]
    public async Task Quality_is_that_of_the_worst_feature_of_the_last_window_and_a_window_without_trouble_calms_it()
    {
        await using var watched = await WatchedServer.Start();
        Assert.DoesNotContain((await Read(watched.Server)).Keys, key => key.StartsWith("data_quality_", StringComparison.Ordinal));
        watched.Traffic.Predict(700, missing: 1);
        watched.Traffic.Refuse(100, "f3", answered: 300);
        await watched.Evaluate();

        var broken = await Read(watched.Server);
        Assert.Equal(0.7, broken["data_quality_worst_share check=missing"], 9);   // 700 of 1,000 rows, and none in training
        Assert.Equal(0.25, broken["data_quality_refused_share"]);
        watched.Traffic.Predict(700, missing: 1);
        await watched.Evaluate();
        Assert.Equal((1, 0), ((await Read(watched.Server))["data_quality_broken_features state=vanished"], broken["data_quality_broken_features state=vanished"]));

        watched.Traffic.Predict(700);
        await watched.Evaluate();
        var calm = await Read(watched.Server);
        Assert.Equal((0, 0), (calm["data_quality_worst_share check=missing"], calm["data_quality_broken_features state=vanished"]));
    }

    [Fact]
    public async Task Of_another_version_nothing_is_shown_that_was_the_former_ones()
    {
        await using var watched = await WatchedServer.Start();
        watched.Traffic.Predict(700, missing: 0.5);
        await watched.Evaluate();
        Assert.NotEmpty(await Read(watched.Server));

        watched.Traffic.Serve(2);

        Assert.DoesNotContain((await Read(watched.Server)).Keys, key => key.StartsWith("data_quality_", StringComparison.Ordinal));
    }

    // What a scrape of this host alone would show, by metric and labels beside project and endpoint.
    private static async Task<Dictionary<string, double>> Read(TestServer server)
    {
        await server.Services.GetServices<ITickWork>().OfType<ModelMeter>().Single().Run(Cancel);
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        var shown = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Meter.Name == "Assay.Monitoring.Models" && instrument.Meter.Scope == factory)
                each.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) =>
        {
            Assert.Equal(("project", "endpoint", "churn"), (labels[0].Key, labels[1].Key, labels[1].Value));
            MetricsPage.Require(instrument.Name, labels);
            var name = instrument.Name;
            foreach (var label in labels[2..])
                name += $" {label.Key}={label.Value}";
            shown.Add(name, value);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return shown;
    }
}
