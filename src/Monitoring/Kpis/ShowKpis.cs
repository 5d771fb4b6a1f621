using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Statistics.Estimation;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Kpis;

internal static class ShowKpis
{
    private static readonly TimeSpan Usually = TimeSpan.FromDays(7);

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/kpis", Handle)
        .WithName("ShowKpis")
        .WithSummary("Numbers of the business by the time of the prediction, and by the version that predicted.")
        .Requires(MonitoringPermissions.Read, resource: "name");

    private static Task<KpiReport> Handle(
        string name, DateTimeOffset? from, DateTimeOffset? to, string? by, WatchedEndpoints watched, KpiReader reader, TimeProvider clock, CancellationToken cancel)
    {
        watched.Require(name);
        if (by is not (null or "hour" or "day"))
            throw Refusal.Invalid("by", $"Windows are of an hour or a day, not '{by}'.");
        var until = to?.ToUniversalTime() ?? clock.GetUtcNow().AddHours(1);
        return reader.Read(name, new(from?.ToUniversalTime() ?? until - Usually, until, by ?? "day", null), cancel);
    }
}

/// <summary>Reads an endpoint's numbers of the business.</summary>
internal sealed class KpiReader(AssayDb db)
{
    private const int WindowsMax = 2000;
    private const int RowsMin = 10;

    public async Task<KpiReport> Read(string endpoint, WindowQuery query, CancellationToken cancel)
    {
        var rows = await db.PerformanceWindows.AsNoTracking()
            .Where(row => row.Endpoint == endpoint && row.Slice.StartsWith("kpi:") && row.From >= query.From && row.From < query.To)
            .OrderByDescending(row => row.From).Take(WindowsMax).ToListAsync(cancel);
        return new(
            endpoint,
            [.. Group(rows, row => query.By == "day" ? (WindowKey.DayOf(row.From), 24) : (row.From, row.Hours))],
            [.. Group(rows, _ => (query.From, 0))])
        {
            Waiting = await db.Outcomes.LongCountAsync(
                row => row.Endpoint == endpoint && row.Name != Outcome.Label && (row.State == OutcomeState.New || row.State == OutcomeState.Waiting), cancel),
        };
    }

    private static IEnumerable<KpiRow> Group(List<PerformanceWindow> rows, Func<PerformanceWindow, (DateTimeOffset From, int Hours)> window)
    {
        foreach (var group in rows.GroupBy(row => (Window: window(row), row.Slice, row.Model, row.Version)).OrderBy(group => group.Key.Window.From).ThenBy(group => group.Key.Slice, StringComparer.Ordinal))
        {
            var sum = new PerformanceCounts();
            foreach (var row in group)
                sum.Add(row.ReadCounts());
            if (sum.Numbers > 0)
                yield return new(group.Key.Window.From, group.Key.Window.Hours, group.Key.Model, group.Key.Version, group.Key.Slice["kpi:".Length..], sum.NumberSum, Mean(sum));
        }
    }

    private static Measure Mean(PerformanceCounts sum) => sum.Numbers < RowsMin
        ? Measures.TooFew("mean", sum.Numbers, RowsMin, "numbers")
        : Measures.Of("mean", Estimate.Mean(sum.NumberSum, sum.NumberSquares, sum.Numbers), sum.Numbers);
}
