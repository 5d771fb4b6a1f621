using System.Collections.Concurrent;

namespace Assay.Monitoring.Rules;

/// <summary>Since when each rule on live traffic is above its bound without a break, in this process.</summary>
internal sealed class Breaches
{
    private readonly ConcurrentDictionary<(string Project, string Endpoint, AlertRule Rule), DateTimeOffset> _since = new();

    /// <summary>Notes how a rule stands now; since when it is above, null when it is not.</summary>
    public DateTimeOffset? Note((string Project, string Endpoint) endpoint, AlertRule rule, bool isAbove, DateTimeOffset now)
    {
        var key = (endpoint.Project, endpoint.Endpoint, rule);
        if (isAbove)
            return _since.GetOrAdd(key, now);
        _since.TryRemove(key, out _);
        return null;
    }

    /// <summary>Forgets the rules of endpoints that are no more, and rules that were taken away.</summary>
    public void Keep(IReadOnlySet<(string Project, string Endpoint, AlertRule Rule)> alive)
    {
        foreach (var key in _since.Keys.Where(key => !alive.Contains(key)))
            _since.TryRemove(key, out _);
    }
}
