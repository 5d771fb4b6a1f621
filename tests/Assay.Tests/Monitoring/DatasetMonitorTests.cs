using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.DatasetMonitors;
using Assay.Monitoring.Incidents;
using Assay.Monitoring.Reports;
using Assay.Tests.Serving.PredictionLog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

public sealed class DatasetMonitorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_new_version_is_compared_by_itself_and_one_that_drifted_or_broke_is_an_alert_until_the_next_calm_one()
    {
        await using var server = await TestServer.Start();
        await Add(server, 1);
        await Add(server, 2);
        await Watch(server, new(Ignored: ["id"]));
        await Tick(server);

        var first = Assert.Single((await Show(server)).Versions);
        Assert.Equal((2, ComparisonVerdict.Calm), (first.Version, first.Verdict));
        Assert.Equal([1], first.References);
        Assert.Empty(await Alerts(server));

        await Add(server, 3, shift: 8, isWithoutPlan: true);
        await Tick(server);
        await Tick(server);   // once is enough

        var broken = (await Show(server)).Versions[0];
        Assert.Equal((3, ComparisonVerdict.Drift), (broken.Version, broken.Verdict));
        Assert.Equal(["age"], broken.DriftedColumns);
        Assert.Equal(("schema", "plan"), (broken.Findings[0].Check, broken.Findings[0].Column));
        var alerts = await Alerts(server);
        Assert.Equal([("drift", AlertState.Open), ("quality", AlertState.Open)], alerts.Select(alert => (alert.Source, alert.State)).Order());
        var drift = alerts.Single(alert => alert.Source == "drift");
        Assert.Equal("dataset:subscribers", drift.Endpoint);
        Assert.StartsWith("Drift of dataset subscribers, version 3, against version 2: age", drift.Summary, StringComparison.Ordinal);
        var upstream = (await server.Admin.GetFromJsonAsync<AlertDetail>($"/api/v1/alerts/{drift.Id}", AssayJson.Options, Cancel))!.Upstream;
        Assert.Contains(upstream, change => change.What == "Version 3 of dataset subscribers was added.");
        Assert.Contains(await LogHost.Events(server, "alert.raised"), happened => happened.GetProperty("subject").GetString() == "dataset:subscribers");
        Assert.Equal(2, (await LogHost.Events(server, "dataset.version-compared")).Count);

        // The version before is the one that drifted; against a fixed one it is calm again.
        await Watch(server, new(DatasetReference.Fixed, 2, Ignored: ["id"]));
        await Add(server, 4);
        await Tick(server);
        Assert.Equal((4, ComparisonVerdict.Calm), ((await Show(server)).Versions[0].Version, (await Show(server)).Versions[0].Verdict));
        Assert.All(await Alerts(server), alert => Assert.Equal(AlertState.Closed, alert.State));
    }

    [Fact]
    public async Task A_sliding_reference_is_made_of_calm_versions_and_the_report_has_every_number()
    {
        await using var server = await TestServer.Start();
        await Add(server, 1);
        await Watch(server, new(DatasetReference.Sliding, Versions: 2, Ignored: ["id"]));
        await Tick(server);
        var alone = Assert.Single((await Show(server)).Versions);
        Assert.Equal((ComparisonVerdict.Unknown, "There is no version to compare it with yet."), (alone.Verdict, Assert.Single(alone.Notes)));

        for (var version = 2; version <= 4; version++)
        {
            await Add(server, version, shift: version == 3 ? 8 : 0);
            await Tick(server);
        }

        var newest = (await Show(server)).Versions[0];
        Assert.Equal([2, 1], newest.References);
        Assert.Equal(ComparisonVerdict.Calm, newest.Verdict);
        var report = (await server.Admin.GetFromJsonAsync<VersionReport>("/api/v1/dataset-monitors/subscribers/versions/4", AssayJson.Options, Cancel))!;
        Assert.Equal(["age", "plan"], report.Comparison!.Columns.Select(column => column.Name));
        Assert.Equal((1200, 600), (report.Comparison.ReferenceRows, report.Comparison.CurrentRows));
        var page = await server.Admin.GetStringAsync("/api/v1/dataset-monitors/subscribers/versions/3/report", Cancel);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        var listed = Assert.Single((await server.Admin.GetFromJsonAsync<Page<DatasetMonitorSummary>>("/api/v1/dataset-monitors", AssayJson.Options, Cancel))!.Items);
        Assert.Equal(("subscribers", 4), (listed.Dataset, listed.Last!.Version));
    }

    [Fact]
    public async Task A_monitor_that_ends_closes_its_alerts_and_forgets_what_it_found()
    {
        await using var server = await TestServer.Start();
        await Add(server, 1);
        await Add(server, 2, shift: 8);
        await Watch(server, new(Ignored: ["id"], Severity: AlertSeverity.Critical));
        await Tick(server);
        Assert.Equal(AlertState.Open, Assert.Single(await Alerts(server)).State);
        var incident = Assert.Single((await server.Admin.GetFromJsonAsync<Page<IncidentSummary>>("/api/v1/incidents", AssayJson.Options, Cancel))!.Items);
        var timeline = (await server.Admin.GetFromJsonAsync<IncidentDetail>($"/api/v1/incidents/{incident.Id}", AssayJson.Options, Cancel))!.Timeline;
        Assert.Equal(["alert.raised", "dataset-monitor.changed", "dataset.version-added", "dataset.version-added", "incident.opened"], timeline.Select(entry => entry.Type).Order(StringComparer.Ordinal));
        Assert.Contains("Version 2 of dataset subscribers was added.", timeline.Select(entry => entry.What));
        Assert.DoesNotContain(timeline, entry => entry.What.Contains('–'));   // every one is a sentence, without gaps

        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync("/api/v1/dataset-monitors/subscribers", Cancel)).StatusCode);

        Assert.Equal(AlertState.Closed, Assert.Single(await Alerts(server)).State);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync("/api/v1/dataset-monitors/subscribers", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.GetAsync("/api/v1/dataset-monitors/subscribers/versions/2", Cancel)).StatusCode);
        await Tick(server);
        Assert.Single(await LogHost.Events(server, "dataset-monitor.removed"));
    }

    [Theory]
    [InlineData("""{"reference": "fixed"}""", "which version")]
    [InlineData("""{"reference": "fixed", "version": 9}""", "one that there is")]
    [InlineData("""{"version": 1}""", "Only a fixed reference")]
    [InlineData("""{"versions": 3}""", "Only a sliding reference")]
    [InlineData("""{"minimumRows": 1}""", "minimumRows")]
    public async Task Settings_that_can_mean_nothing_are_refused(string settings, string says)
    {
        await using var server = await TestServer.Start();
        await Add(server, 1);

        using var answer = await server.Admin.PutAsync("/api/v1/dataset-monitors/subscribers", new StringContent(settings, Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        using var none = await server.Admin.PutAsJsonAsync("/api/v1/dataset-monitors/nobody", new { }, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private static Task Tick(TestServer server) => server.Services.GetServices<IHostedService>().OfType<DatasetClock>().Single().Tick(Cancel);

    private static async Task<DatasetMonitorDetail> Show(TestServer server) =>
        (await server.Admin.GetFromJsonAsync<DatasetMonitorDetail>("/api/v1/dataset-monitors/subscribers", AssayJson.Options, Cancel))!;

    private static async Task<IReadOnlyList<AlertSummary>> Alerts(TestServer server) =>
        (await server.Admin.GetFromJsonAsync<Page<AlertSummary>>("/api/v1/alerts", AssayJson.Options, Cancel))!.Items;

    private static async Task Watch(TestServer server, DatasetMonitorSettings settings)
    {
        using var answer = await server.Admin.PutAsJsonAsync("/api/v1/dataset-monitors/subscribers", settings, AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task Add(TestServer server, int version, double shift = 0, bool isWithoutPlan = false)
    {
        var random = new Random(version);
        var csv = new StringBuilder(isWithoutPlan ? "id,age\n" : "id,age,plan\n");
        for (var row = 0; row < 600; row++)
        {
            var age = 40 + shift + (10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            csv.Append(CultureInfo.InvariantCulture, $"{(version * 1000) + row},{age:0.0}{(isWithoutPlan ? "" : random.Next(3) == 0 ? ",pro" : ",basic")}\n");
        }

        using var answer = await server.Admin.PostAsync("/api/v1/datasets/subscribers/versions?format=csv", new StringContent(csv.ToString(), Encoding.UTF8, "text/csv"), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
