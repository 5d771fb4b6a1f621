using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;

namespace Assay.Monitoring.Performance;

internal static class ShowPerformance
{
    private static readonly TimeSpan Usually = TimeSpan.FromDays(7);

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/performance", Handle)
        .WithName("ShowPerformance")
        .WithSummary("Realised performance by the time of prediction, with coverage and intervals, and the estimate before labels beside it.")
        .Requires(MonitoringPermissions.Read, resource: "name");

    private static Task<PerformanceReport> Handle(
        string name,
        [AsParameters] PerformanceSearch search,
        WatchedEndpoints watched,
        PerformanceReader reader,
        TimeProvider clock,
        CancellationToken cancel)
    {
        watched.Require(name);
        var by = search.By ?? "day";
        if (by is not ("hour" or "day"))
            throw Refusal.Invalid("by", $"Windows are of an hour or a day, not '{by}'.");
        var to = search.To?.ToUniversalTime() ?? clock.GetUtcNow().AddHours(1);
        var from = search.From?.ToUniversalTime() ?? to - Usually;
        if (from >= to)
            throw Refusal.Invalid("from", "The time begins after it ends: 'from' is to be before 'to'.");
        return reader.Read(name, new(from, to, by, search.Segment), cancel);
    }
}

/// <summary>Which windows are wanted; bound from the query string.</summary>
public sealed record PerformanceSearch
{
    /// <summary>Begun then or later; 7 days before <see cref="To"/> when left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Begun before then; up to now when left out.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary><c>hour</c> or <c>day</c>; a day when left out.</summary>
    public string? By { get; init; }

    /// <summary>A feature by which rows are told apart; one of the settings' segments.</summary>
    public string? Segment { get; init; }
}
