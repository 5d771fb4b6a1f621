using Assay.Monitoring.Attribution;
using Assay.Monitoring.Segments;
using Assay.Serving;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.Multivariate;

/// <summary>Makes the comparisons of logged rows that are due: all features together, the reasons of predictions, and by parts.</summary>
internal sealed class MultivariateClock(IEndpoints endpoints, IServiceScopeFactory scopes, TimeProvider clock, ILogger<MultivariateClock> log)
    : ComparisonClock(TimeSpan.FromMinutes(1), scopes, clock, log)
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(5);
    private readonly TimeProvider _clock = clock;
    private readonly Dictionary<(string Project, string Endpoint, string What), DateTimeOffset> _tried = [];

    protected override Task<IReadOnlyList<LookedAt>> All(IServiceProvider services, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<LookedAt>>([.. endpoints.List().SelectMany(served => (LookedAt[])[Together(served), Reasons(served), Parts(served)])]);

    private LookedAt Together(ServedEndpoint served) => new(served.Project, served.Name, async (services, cancel) =>
    {
        var watch = services.GetRequiredService<MultivariateWatch>();
        if (await IsTurn(served, "together", watch.IsDue, cancel))
            await watch.Run(served, cancel);
    });

    private LookedAt Reasons(ServedEndpoint served) => new(served.Project, served.Name, async (services, cancel) =>
    {
        var watch = services.GetRequiredService<AttributionWatch>();
        if (await IsTurn(served, "reasons", watch.IsDue, cancel))
            await watch.Run(served, cancel);
    });

    private LookedAt Parts(ServedEndpoint served) => new(served.Project, served.Name, async (services, cancel) =>
    {
        var watch = services.GetRequiredService<SegmentWatch>();
        if (await IsTurn(served, "parts", watch.IsDue, cancel))
            await watch.Run(served, cancel);
    });

    // With too few rows nothing is written, and the log isn't read anew at every look.
    private async Task<bool> IsTurn(ServedEndpoint served, string what, Func<ServedEndpoint, CancellationToken, Task<bool>> isDue, CancellationToken cancel)
    {
        var (key, now) = ((served.Project, served.Name, what), _clock.GetUtcNow());
        if (now - _tried.GetValueOrDefault(key) < AgainAfter || !await isDue(served, cancel))
            return false;
        _tried[key] = now;
        return true;
    }
}
