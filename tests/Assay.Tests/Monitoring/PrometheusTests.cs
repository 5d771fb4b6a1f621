using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Monitoring.Routes;

namespace Assay.Tests.Monitoring;

/// <summary>
/// The real Prometheus and Alertmanager against a real server: a scrape, a rule that fires, an alert that arrives. Alone, for a
/// server shows what the meters of its process measure, and those of another test's server have the same labels.
/// </summary>
[Collection(typeof(Alone))]
public sealed class PrometheusTests
{
    private const string Prometheus = "/usr/bin/prometheus";
    private const string Alertmanager = "/usr/bin/prometheus-alertmanager";
    private const string Promtool = "/usr/bin/promtool";
    private static readonly string Rules = Path.Combine(FindRoot(), "deploy/prometheus/assay-rules.yml");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rules_are_rules_to_promtool()
    {
        Need(Promtool);
        using var tool = Start(Promtool, Path.GetTempPath(), "check", "rules", Rules);
        var said = await tool.StandardOutput.ReadToEndAsync(Cancel) + await tool.StandardError.ReadToEndAsync(Cancel);
        await tool.WaitForExitAsync(Cancel);
        Assert.True(tool.ExitCode == 0, said);
    }

    [Fact]
    public async Task The_rules_on_gauges_of_models_fire_where_they_should_and_only_there()
    {
        Need(Promtool);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "models.yml");
        await File.WriteAllTextAsync(file, $$"""
            rule_files: ["{{Rules}}"]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - { series: 'model_performance_high{project="default", endpoint="churn", measure="auc", basis="labels", instance="a"}', values: '0.70x30' }
                  - { series: 'model_performance_high{project="default", endpoint="churn", measure="auc", basis="labels", instance="b"}', values: '0.70x30' }
                  - { series: 'model_performance_high{project="default", endpoint="churn", measure="auc", basis="estimate", instance="a"}', values: '0.40x30' }
                  - { series: 'model_performance_heldout{project="default", endpoint="churn", measure="auc", instance="a"}', values: '0.80x30' }
                  - { series: 'model_performance_heldout{project="default", endpoint="churn", measure="auc", instance="b"}', values: '0.80x30' }
                  - { series: 'model_performance_high{project="default", endpoint="fine", measure="auc", basis="labels"}', values: '0.79x30' }
                  - { series: 'model_performance_heldout{project="default", endpoint="fine", measure="auc"}', values: '0.80x30' }
                  - { series: 'model_performance_low{project="default", endpoint="price", measure="mae", basis="labels"}', values: '12x30' }
                  - { series: 'model_performance_heldout{project="default", endpoint="price", measure="mae"}', values: '10x30' }
                  - { series: 'data_quality_worst_share{project="default", endpoint="churn", check="missing"}', values: '0.25x30' }
                  - { series: 'data_quality_worst_share{project="default", endpoint="fine", check="missing"}', values: '0.05x30' }
                  - { series: 'data_quality_broken_features{project="default", endpoint="churn", state="vanished"}', values: '2x30' }
                  - { series: 'data_quality_broken_features{project="default", endpoint="fine", state="vanished"}', values: '0x30' }
                  - { series: 'data_quality_refused_share{project="default", endpoint="fine"}', values: '0.01x30' }
                alert_rule_test:
                  - alertname: AssayModelWorse
                    eval_time: 20m
                    exp_alerts:
                      - exp_labels: { severity: warning, project: default, endpoint: churn, measure: auc }
                        exp_annotations: { summary: "By its labels of seven days, auc of churn (default) is 0.7 at best, which is worse than on the rows held out." }
                      - exp_labels: { severity: warning, project: default, endpoint: price, measure: mae }
                        exp_annotations: { summary: "By its labels of seven days, mae of price (default) is 12 at best, which is worse than on the rows held out." }
                  - alertname: AssayDataQuality
                    eval_time: 20m
                    exp_alerts:
                      - exp_labels: { severity: warning, project: default, endpoint: churn, check: missing }
                        exp_annotations: { summary: "A feature of churn (default) has 25% more rows of the kind 'missing' than the reference." }
                  - alertname: AssayFeatureBroken
                    eval_time: 20m
                    exp_alerts:
                      - exp_labels: { severity: critical, project: default, endpoint: churn, state: vanished }
                        exp_annotations: { summary: "2 features of churn (default) are vanished in the last window." }
                  - { alertname: AssayCallsRefused, eval_time: 20m, exp_alerts: [] }
            """, Cancel);

        using var tool = Start(Promtool, folder.Path, "test", "rules", file);
        var said = await tool.StandardOutput.ReadToEndAsync(Cancel) + await tool.StandardError.ReadToEndAsync(Cancel);
        await tool.WaitForExitAsync(Cancel);
        Assert.True(tool.ExitCode == 0, said);
    }

    [Fact]
    public async Task A_rule_fires_on_drift_and_the_alert_arrives_at_Alertmanager_as_does_the_one_that_Assay_tells_itself()
    {
        Need(Prometheus);
        Need(Alertmanager);
        using var folder = new TemporaryFolder();
        await using var watched = await WatchedServer.Start(metricsPort: FreePort.Find());
        var (scraper, manager) = (FreePort.Find(), FreePort.Find());
        await Configure(folder.Path, watched.Server.MetricsAddress!, manager);
        using var managing = Start(
            Alertmanager, folder.Path, "--config.file=alertmanager.yml", "--storage.path=am", $"--web.listen-address=127.0.0.1:{manager}", "--cluster.listen-address=");
        using var scraping = Start(Prometheus, folder.Path, "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", $"--web.listen-address=127.0.0.1:{scraper}");
        try
        {
            using var http = new HttpClient();
            await Until(() => Answers(http, $"http://127.0.0.1:{manager}/-/ready"));
            var route = await watched.Server.Admin.PostAsJsonAsync(
                "/api/v1/alert-routes", new AlertRouteRequest("manager", RouteKind.Alertmanager, $"http://127.0.0.1:{manager}", GroupSeconds: 0), AssayJson.Options, Cancel);
            Assert.Equal(HttpStatusCode.Created, route.StatusCode);

            watched.Traffic.Predict(700, shift: 1.5);
            await watched.Evaluate();
            await watched.Tick();
            await watched.Deliver();

            HashSet<string?> active = [];
            await Until(async () => (active = await Active(http, manager)).IsSupersetOf(["AssayDrift", "AssayAlertOpen"]), () => $"Alerts: {string.Join(", ", active)}.");
            watched.Traffic.Predict(700);
            await watched.Evaluate();
            await watched.Tick();
            await watched.Deliver();
            await Until(async () => !(await Active(http, manager)).Overlaps(["AssayDrift", "AssayAlertOpen"]));
        }
        finally
        {
            scraping.Kill();
            managing.Kill();
            await scraping.WaitForExitAsync(CancellationToken.None);
            await managing.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task Configure(string folder, Uri metrics, int manager)
    {
        // The shipped rules, without the time that they wait in earnest.
        var rules = Regex.Replace(await File.ReadAllTextAsync(Rules, Cancel), "for: \\w+", "for: 0s").Replace("interval: 30s", "interval: 1s", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "assay-rules.yml"), rules, Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [assay-rules.yml]
            alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:{{manager}}"] }] }] }
            scrape_configs:
              - job_name: assay
                static_configs: [{ targets: ["{{metrics.Authority}}"] }]
            """,
            Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "alertmanager.yml"), "route: { receiver: none }\nreceivers: [{ name: none }]\n", Cancel);
    }

    private static async Task<HashSet<string?>> Active(HttpClient http, int manager)
    {
        var alerts = await http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{manager}/api/v2/alerts?active=true", Cancel);
        return [.. alerts.EnumerateArray().Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString())];
    }

    private static async Task<bool> Answers(HttpClient http, string url)
    {
        try
        {
            return (await http.GetAsync(url, Cancel)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)   // it has not begun to listen
        {
            return false;
        }
    }

    private static async Task Until(Func<Task<bool>> holds, Func<string>? state = null)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(90), $"It did not come about within 90 seconds. {state?.Invoke()}");
            await Task.Delay(250, Cancel);
        }
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        if (program != Promtool)
        {
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        return process;
    }

    private static void Need(string program) => Assert.SkipUnless(File.Exists(program), $"{program} is missing: install the Debian packages prometheus and prometheus-alertmanager.");

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
