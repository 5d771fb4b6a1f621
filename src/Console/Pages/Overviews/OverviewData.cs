using Assay.Console.Formats;
using Assay.Console.Marks;
using Assay.Console.Session;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Serving;

namespace Assay.Console.Pages.Overviews;

/// <summary>Asks the API for all that the overview shows, at once.</summary>
internal static class OverviewData
{
    // Each row asks three routes; past this many the page would be slow, and the list of endpoints is the better tool.
    private const int RowsMax = 25;
    private const int WindowsShown = 14;
    private static readonly string[] Deciding = ["auc", "rmse", "accuracy"];

    public static async Task<OverviewPage.Content> Assemble(Api api, CancellationToken cancel)
    {
        var models = api.Models.List(limit: 1000, cancel: cancel);
        var alerts = api.Alerts.List("active", limit: 1000, cancel: cancel);
        var trainings = api.Trainings.List(limit: 100, cancel: cancel);
        var head = api.Ledger.Head(cancel);
        var monitors = api.Monitors.List(limit: 1000, cancel: cancel);
        var endpoints = (await api.Endpoints.List(limit: 1000, cancel: cancel)).Items;
        var watched = (await monitors).Items.ToDictionary(monitor => monitor.Endpoint);
        var rows = await Task.WhenAll(endpoints.Take(RowsMax).Select(endpoint =>
            Row(api, endpoint, watched.GetValueOrDefault(endpoint.Name), cancel)));
        var known = (await models).Items;
        return new(
            known.Count,
            known.Count(model => model.ProductionVersion is not null),
            (await alerts).Items.Count,
            (await trainings).Items.Count(training => training.Status is TrainingStatus.Queued or TrainingStatus.Running),
            await head,
            rows,
            endpoints.Count - rows.Length);
    }

    private static async Task<Served> Row(Api api, EndpointSummary endpoint, MonitorSummary? watched, CancellationToken cancel)
    {
        var version = endpoint.Version is { } number ? api.Models.Find(endpoint.Model, $"{number}", cancel) : Task.FromResult<ModelVersionDetail?>(null);
        var stats = (await api.Endpoints.Find(endpoint.Name, cancel))?.Stats;
        var detail = await version;
        return new(
            endpoint,
            watched?.Health ?? MonitorHealth.Waiting,
            detail is null ? [] : Hallmarks.Of(detail.Version, detail.Gate),
            stats is null ? [] : [.. stats.Seconds.Chunk(5).Select(seconds => (double)seconds.Sum(second => second.Requests))],
            stats is { Seconds.Count: > 0 } ? stats.Seconds.TakeLast(10).Average(second => second.Requests) : 0,
            stats?.Requests ?? 0,
            stats?.P99Milliseconds,
            watched is null ? [] : [.. watched.Trend.TakeLast(WindowsShown)],
            watched?.PsiThreshold ?? 0.15,
            Quality(detail));
    }

    private static string? Quality(ModelVersionDetail? detail)
    {
        var metrics = detail?.Version.Metrics;
        var metric = Deciding.FirstOrDefault(name => metrics?.ContainsKey(name) == true);
        return metric is null ? null : $"{Show.Words(metric)} {Show.Number(metrics![metric])}";
    }
}
