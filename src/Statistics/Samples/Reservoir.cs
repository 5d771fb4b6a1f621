namespace Assay.Statistics.Samples;

/// <summary>
/// Draws some of a stream whose length nobody knows, each with the same chance (reservoir sampling, algorithm R; Vitter, 1985).
/// The same stream gives the same sample. Not for several threads.
/// </summary>
/// <param name="size">Most that are drawn.</param>
public sealed class Reservoir<T>(int size)
{
    private readonly Random _random = new(1);
    private readonly List<T> _drawn = [];

    /// <summary>How many were offered.</summary>
    public long Offered { get; private set; }

    /// <summary>Those that are drawn of what was offered so far, in no order.</summary>
    public IReadOnlyList<T> Drawn => _drawn;

    /// <summary>One more of the stream.</summary>
    public void Offer(T item)
    {
        Offered++;
        if (_drawn.Count < size)
            _drawn.Add(item);
        else if (_random.NextInt64(Offered) is var place && place < size)
            _drawn[(int)place] = item;
    }
}
