using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Kpis;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Segments;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring;

/// <summary>
/// Meter <c>Assay.Monitoring.Models</c>: how the version that answers does. Performance and numbers of the business are of the
/// last seven days, quality of the last window. Read from the database when something was counted since, so that every replica
/// shows the same and a restart forgets nothing.
/// </summary>
internal sealed class ModelMeter : ITickWork
{
    private const int EndpointsMax = 100;
    private const int ReadsMax = 10;   // at a tick, which has other work to do; the others come at the next ones
    private static readonly TimeSpan Shown = TimeSpan.FromDays(7);
    private static readonly TimeSpan Seldom = TimeSpan.FromHours(1);   // days leave the week though nothing is counted
    private readonly IEndpoints _endpoints;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<(string Project, string Endpoint), Reading> _readings = new();

    public ModelMeter(IMeterFactory meters, IEndpoints endpoints, IServiceScopeFactory scopes, TimeProvider clock)
    {
        (_endpoints, _scopes, _clock) = (endpoints, scopes, clock);
        var meter = meters.Create("Assay.Monitoring.Models");
        foreach (var (name, description) in ModelFigures.Descriptions)
            meter.CreateObservableGauge(name, () => Measurements(name), description: description);
    }

    public async Task Run(CancellationToken cancel)
    {
        var served = _endpoints.List().Take(EndpointsMax).ToList();
        var alive = served.Select(endpoint => (endpoint.Project, endpoint.Name)).ToHashSet();
        foreach (var key in _readings.Keys.Where(key => !alive.Contains(key)))
            _readings.TryRemove(key, out _);
        var (windows, revisions) = await Newest(cancel);
        var now = _clock.GetUtcNow();
        var stale = served
            .Select(endpoint => (Endpoint: endpoint, Key: (endpoint.Project, endpoint.Name)))
            .Select(each => (each.Endpoint, each.Key, State: new ReadState(each.Endpoint.Digest, windows.GetValueOrDefault(each.Key), revisions.GetValueOrDefault(each.Key)), Last: _readings.GetValueOrDefault(each.Key)))
            .Where(each => each.Last?.State != each.State || now - each.Last.At >= Seldom)
            .OrderBy(each => each.Last?.At ?? DateTimeOffset.MinValue)
            .Take(ReadsMax)
            .ToList();
        List<Exception> problems = [];
        foreach (var (endpoint, key, state, last) in stale)
        {
            try
            {
                _readings[key] = new(state, now, await Read(endpoint, state.Window, cancel));
            }
            catch (Exception problem) when (problem is not OperationCanceledException)   // the others are read all the same
            {
                _readings[key] = new(state, now, last?.Figures ?? []);
                problems.Add(problem);
            }
        }

        if (problems.Count > 0)
            throw new AggregateException(problems);
    }

    private async Task<(Dictionary<(string, string), string> Windows, Dictionary<(string, string), int> Revisions)> Newest(CancellationToken cancel)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var windows = await db.EvaluatedWindows.IgnoreQueryFilters([AssayDb.ProjectFilter]).GroupBy(row => new { row.Project, row.Endpoint })
            .Select(group => new { group.Key, Id = group.Max(row => row.Id) }).ToListAsync(cancel);
        var revisions = await db.CountStates.IgnoreQueryFilters([AssayDb.ProjectFilter]).Select(row => new { row.Project, row.Endpoint, row.Revision }).ToListAsync(cancel);
        return (
            windows.ToDictionary(row => (row.Key.Project, row.Key.Endpoint), row => row.Id!),
            revisions.ToDictionary(row => (row.Project, row.Endpoint), row => row.Revision));
    }

    private async Task<List<ModelFigure>> Read(ServedEndpoint served, string? window, CancellationToken cancel)
    {
        await using var scope = _scopes.Enter(served.Project, MonitoringActor.Id);
        var (db, now) = (scope.ServiceProvider.GetRequiredService<AssayDb>(), _clock.GetUtcNow());
        var week = new WindowQuery(now - Shown, now.AddHours(1), "day", null);
        var performance = await scope.ServiceProvider.GetRequiredService<PerformanceReader>().Read(served.Name, week, cancel);
        var kpis = await scope.ServiceProvider.GetRequiredService<KpiReader>().Read(served.Name, week, cancel);
        List<ModelFigure> figures = [.. ModelFigures.Of(performance, served), .. ModelFigures.Of(kpis, served)];
        var evaluated = await db.EvaluatedWindows.AsNoTracking().SingleOrDefaultAsync(row => row.Id == window && row.Version == served.Version, cancel);
        if (evaluated is not null)
        {
            var reference = await scope.ServiceProvider.GetRequiredService<References>()
                .Judged(served, evaluated.ToWindow(), await db.SettingsOf(served.Name, cancel), cancel);
            figures.AddRange(ModelFigures.Of(WindowQuality.Of(evaluated.Counts, evaluated.Calls, reference), WindowQuality.Refused(evaluated.Calls)));
        }

        if (await db.LastComparison<ComparedSegments>(served, cancel) is { } segments)
            figures.AddRange(ModelFigures.Of(segments.Result));
        return figures;
    }

    private IEnumerable<Measurement<double>> Measurements(string name) =>
        from reading in _readings
        from figure in reading.Value.Figures
        where figure.Metric == name
        select new Measurement<double>(
            figure.Value, [new("project", reading.Key.Project), new("endpoint", reading.Key.Endpoint), .. figure.Labels]);

    // What was read; the same means that there is nothing new to read.
    private sealed record ReadState(string Digest, string? Window, int Revision);

    private sealed record Reading(ReadState State, DateTimeOffset At, List<ModelFigure> Figures);
}
