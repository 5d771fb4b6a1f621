using System.Collections.Concurrent;

namespace Assay.Serving.Rollouts.Live;

/// <summary>Which arm answered a request, for the rewards that come later: the last requests, each until it is rewarded.</summary>
internal sealed class RecentAnswers
{
    private const int KeptMax = 100_000;

    private readonly ConcurrentDictionary<string, string> _arms = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public void Add(string request, string arm)
    {
        _arms[request] = arm;
        _order.Enqueue(request);
        if (_order.Count > KeptMax && _order.TryDequeue(out var oldest))
            _arms.TryRemove(oldest, out _);
    }

    /// <summary>The arm, once; null when the request isn't known.</summary>
    public string? Take(string request) => _arms.TryRemove(request, out var arm) ? arm : null;
}
