using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Assay.Governance.SignIn;
using Assay.Inference.Metrics;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Monitoring;

/// <summary>Holds the page of metrics, the rules and the dashboards to what a running server exposes.</summary>
public sealed partial class MetricsDocsTests
{
    private static readonly string Root = FindRoot();
    private static readonly string[] OfScrape = ["job", "instance", "le"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_metric_of_the_page_is_made_by_a_running_server_and_every_one_that_it_makes_is_on_the_page()
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name.StartsWith("Assay.", StringComparison.Ordinal))
                    made.Add(PrometheusName(instrument));
            },
        };
        listener.Start();
        await using var watched = await WatchedServer.Start();
        foreach (var type in AppDomain.CurrentDomain.GetAssemblies().Where(each => each.GetName().Name?.StartsWith("Assay.", StringComparison.Ordinal) == true)
                     .SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsClass && (type.Name.EndsWith("Meter", StringComparison.Ordinal) || type == typeof(PasswordHashes))))
            watched.Server.Services.GetService(type);
        RuntimeHelpers.RunClassConstructor(typeof(InferenceMetrics).TypeHandle);   // else at the first prediction

        var page = Documented();
        Assert.Equal([], made.Except(page).Order());
        Assert.Equal([], page.Except(made).Where(name => !Dotnet().IsMatch(name)).Order());
    }

    [Fact]
    public void Rules_and_dashboards_name_only_metrics_of_the_page_and_recordings_that_there_are()
    {
        var rules = File.ReadAllText(Path.Combine(Root, "deploy/prometheus/assay-rules.yml"));
        var recorded = Recording().Matches(rules).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var page = Documented();
        var dashboards = Directory.EnumerateFiles(Path.Combine(Root, "deploy/grafana/dashboards"), "*.json").ToList();
        Assert.Equal(5, dashboards.Count);

        var named = Expression().Matches(rules).Select(match => match.Groups[1].Value)
            .Concat(dashboards.SelectMany(file => JsonExpression().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value))
            .SelectMany(MetricsIn).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count > 25, $"Only {named.Count} names were found.");
        Assert.Equal([], named.Where(name => !page.Contains(Bare(name)) && !recorded.Contains(name) && name != "up").Order());
    }

    [Fact]
    public void Rules_and_dashboards_choose_and_group_by_labels_that_the_metrics_have()
    {
        List<string> wrong = [];
        var looked = 0;
        foreach (var expression in Expressions())
        {
            foreach (Match selector in Selected().Matches(expression))
            {
                var metric = Bare(selector.Groups[1].Value);
                if (Dotnet().IsMatch(metric) || !MetricsPage.Labels.TryGetValue(metric, out var labels))
                    continue;
                looked++;
                wrong.AddRange(Matcher().Matches(selector.Groups[2].Value).Select(match => match.Groups[1].Value)
                    .Where(label => !labels.Contains(label) && !OfScrape.Contains(label)).Select(label => $"{metric} has no label {label}: {expression}"));
            }

            // A group is of the metric that stands in its parentheses.
            foreach (Match group in Grouped().Matches(expression))
            {
                var metric = Bare(group.Groups[2].Value);
                if (!MetricsPage.Labels.TryGetValue(metric, out var labels))
                    continue;
                looked++;
                wrong.AddRange(group.Groups[1].Value.Split(',').Select(label => label.Trim())
                    .Where(label => !labels.Contains(label) && !OfScrape.Contains(label)).Select(label => $"{metric} has no label {label}: {expression}"));
            }
        }

        Assert.True(looked > 30, $"Only {looked} uses of labels were found.");
        Assert.Equal([], wrong.Distinct());
    }

    [Fact]
    public async Task What_the_web_server_and_the_runtime_are_watched_by_is_scraped()
    {
        await using var server = await TestServer.Start(FreePort.Find());
        await server.Admin.GetAsync("/api/v1/monitors", Cancel);
        using var prometheus = new HttpClient();

        var scraped = "";
        await Until(async () => (scraped = await prometheus.GetStringAsync(server.MetricsAddress, Cancel)).Contains("\nhttp_server_request_duration_seconds", StringComparison.Ordinal));   // which comes after the answer

        Assert.All(Documented().Where(name => Dotnet().IsMatch(name)), name => Assert.Contains($"\n{name}", scraped.Replace("_count{", "{", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scraper_that_asks_for_OpenMetrics_gets_it_with_the_traces_of_calls_that_were_traced()
    {
        await using var server = await TestServer.Start(FreePort.Find());
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var traced = new HttpRequestMessage(HttpMethod.Get, "/api/v1/monitors");
        traced.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        await server.Admin.SendAsync(traced, Cancel);
        using var untraced = new HttpRequestMessage(HttpMethod.Get, "/api/v1/monitors");
        untraced.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
        await server.Admin.SendAsync(untraced, Cancel);
        using var prometheus = new HttpClient();
        prometheus.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));

        var text = "";
        await Until(async () =>   // a call is measured after its answer
        {
            using var answer = await prometheus.GetAsync(server.MetricsAddress, Cancel);
            Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType?.MediaType);
            text = await answer.Content.ReadAsStringAsync(Cancel);
            return text.Contains($"trace_id=\"{trace}\"", StringComparison.Ordinal);
        });
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0af7651916cd43dd8448eb211c80319c", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Expressions() => Expression().Matches(File.ReadAllText(Path.Combine(Root, "deploy/prometheus/assay-rules.yml"))).Select(match => match.Groups[1].Value)
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "deploy/grafana/dashboards"), "*.json")
            .SelectMany(file => JsonExpression().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal)));

    private static HashSet<string> Documented() =>
        Code().Matches(string.Join('\n', File.ReadLines(Path.Combine(Root, "docs/reference/metrics.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1])
                .Concat(File.ReadLines(Path.Combine(Root, "docs/reference/metrics.md")).Where(line => line.StartsWith("Those of .NET", StringComparison.Ordinal)))))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

    private static string PrometheusName(Instrument instrument)
    {
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        var name = instrument.Name.EndsWith(unit, StringComparison.Ordinal) ? instrument.Name : instrument.Name + unit;
        return instrument is Counter<long> or ObservableCounter<long> ? name + "_total" : name;
    }

    private static IEnumerable<string> MetricsIn(string expression) => Name().Matches(Selector().Replace(expression, ""))
        .Select(match => match.Value).Where(name => name.Contains('_', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || name == "up")
        .Where(name => name is not ("histogram_quantile" or "avg_over_time" or "label_values"));

    private static string Bare(string name) => Suffix().Replace(name, "");

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex("`([a-z0-9_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^(dotnet|http_server|kestrel)_")]
    private static partial Regex Dotnet();

    [GeneratedRegex("- record: (\\S+)")]
    private static partial Regex Recording();

    [GeneratedRegex("expr: (?:>-\n)?((?:.|\n {10})+)")]
    private static partial Regex Expression();

    [GeneratedRegex("\"(?:expr|query)\": \"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex JsonExpression();

    // Labels, durations and the words of grouping are no metrics.
    [GeneratedRegex("\\{[^}]*\\}|\\[[^\\]]*\\]|by \\([^)]*\\)|, [a-z]+\\)$")]
    private static partial Regex Selector();

    [GeneratedRegex("([a-z][a-z0-9_:]*)\\{([^}]*)\\}")]
    private static partial Regex Selected();

    [GeneratedRegex("([a-z_]+)\\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex("by \\(([^)]*)\\) \\((?:[a-z_]+\\()?([a-z][a-z0-9_:]*)")]
    private static partial Regex Grouped();

    [GeneratedRegex("[a-z][a-z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
