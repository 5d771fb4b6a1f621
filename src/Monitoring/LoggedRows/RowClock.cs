using Assay.Monitoring.Attribution;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Segments;
using Assay.Serving;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.LoggedRows;

/// <summary>Makes the comparisons of logged rows that are due: all features together, the reasons of predictions, and by parts.</summary>
internal sealed class RowClock(IEndpoints endpoints, IServiceScopeFactory scopes, TimeProvider clock, ILogger<RowClock> log)
    : ComparisonClock(TimeSpan.FromMinutes(1), scopes, clock, log)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(5);
    private static readonly Type[] Watches = [typeof(MultivariateWatch), typeof(AttributionWatch), typeof(SegmentWatch)];
    private readonly Dictionary<(string Project, string Endpoint, Type Watch), DateTimeOffset> _tried = [];

    protected override Task<IReadOnlyList<LookedAt>> All(IServiceProvider services, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<LookedAt>>([.. endpoints.List().SelectMany(served => Watches.Select(watch =>
            new LookedAt(served.Project, served.Name, (services, cancel) => Look(served, (IRowWatch)services.GetRequiredService(watch), cancel))))]);

    // With too few rows nothing is written, and the log isn't read anew at every look.
    private async Task Look(ServedEndpoint served, IRowWatch watch, CancellationToken cancel)
    {
        var (key, now) = ((served.Project, served.Name, watch.GetType()), Clock.GetUtcNow());
        if (now - _tried.GetValueOrDefault(key) < AgainAfter || !await watch.IsDue(served, cancel))
            return;
        _tried[key] = now;
        await watch.Compare(served, cancel);
    }
}
