using System.Buffers;

namespace Assay.Tracking.Metrics;

/// <summary>A point of a metric's history.</summary>
internal readonly record struct HistoryPoint(long Step, long At, double Value);

/// <summary>
/// Points in rented memory, which is given back when it is disposed of. A history of ten thousand points takes 240 kB: made
/// anew for each request, the garbage collector would be called for all the others, too.
/// </summary>
internal sealed class HistoryPoints : IDisposable
{
    private HistoryPoint[] _points = ArrayPool<HistoryPoint>.Shared.Rent(1024);

    public int Count { get; private set; }

    /// <summary>The first of them, at most so many.</summary>
    public ReadOnlySpan<HistoryPoint> Take(long most) => _points.AsSpan(0, (int)Math.Min(most, Count));

    public void Add(HistoryPoint point)
    {
        if (Count == _points.Length)
        {
            var longer = ArrayPool<HistoryPoint>.Shared.Rent(Count * 2);
            _points.CopyTo(longer, 0);
            ArrayPool<HistoryPoint>.Shared.Return(_points);
            _points = longer;
        }

        _points[Count++] = point;
    }

    public void Dispose()
    {
        ArrayPool<HistoryPoint>.Shared.Return(_points);
        _points = [];
    }
}
