namespace Assay.Serving.Live;

/// <summary>
/// Traffic of the last minutes in constant memory: a count per second, and for the latency a histogram per ten seconds
/// whose bounds grow by 5 %, so that a quantile read from it is at most 5 % off.
/// </summary>
internal sealed class TrafficRing(TimeProvider clock)
{
    public const int WindowSeconds = 300;
    private const int SecondsPerHistogram = 10;
    private const int Bins = 256;
    private const double FirstBoundSeconds = 10e-6;
    private const double Growth = 1.05;
    private static readonly double LogOfGrowth = Math.Log(Growth);

    private readonly Lock _lock = new();
    private readonly Second[] _seconds = new Second[WindowSeconds];
    private readonly Histogram[] _histograms = [.. Enumerable.Range(0, WindowSeconds / SecondsPerHistogram).Select(_ => new Histogram())];

    /// <summary>Counts a request that just ended.</summary>
    public void Add(int rows, bool failed, double seconds)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var bin = BinOf(seconds);
        lock (_lock)
        {
            ref var second = ref _seconds[now % WindowSeconds];
            if (second.At != now)
                second = new Second { At = now };
            second.Requests++;
            second.Rows += rows;
            second.Errors += failed ? 1 : 0;
            _histograms[now / SecondsPerHistogram % _histograms.Length].Add(now / SecondsPerHistogram, bin);
        }
    }

    /// <summary>What the ring holds now.</summary>
    public EndpointStats Read()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            var seconds = new Second[WindowSeconds];
            for (var i = 0; i < WindowSeconds; i++)
            {
                var at = now - WindowSeconds + 1 + i;
                var kept = _seconds[at % WindowSeconds];
                seconds[i] = kept.At == at ? kept : new Second { At = at };
            }

            var counts = CountsSince((now - WindowSeconds) / SecondsPerHistogram);
            return new(
                seconds.Sum(second => (long)second.Requests),
                seconds.Sum(second => (long)second.Errors),
                seconds.Sum(second => second.Rows),
                Quantile(counts, 0.5),
                Quantile(counts, 0.95),
                Quantile(counts, 0.99),
                WindowSeconds,
                [.. seconds.Select(second => new EndpointSecond(DateTimeOffset.FromUnixTimeSeconds(second.At), second.Requests, second.Errors))]);
        }
    }

    private long[] CountsSince(long slot)
    {
        var counts = new long[Bins];
        foreach (var histogram in _histograms.Where(histogram => histogram.Slot > slot))
        {
            for (var bin = 0; bin < Bins; bin++)
                counts[bin] += histogram.Counts[bin];
        }

        return counts;
    }

    private static int BinOf(double seconds) =>
        Math.Clamp((int)Math.Ceiling(Math.Log(Math.Max(seconds, FirstBoundSeconds) / FirstBoundSeconds) / LogOfGrowth), 0, Bins - 1);

    private static double? Quantile(long[] counts, double share)
    {
        var total = counts.Sum();
        if (total == 0)
            return null;
        var wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        var bin = 0;
        for (var seen = counts[0]; seen < wanted; seen += counts[bin])
            bin++;
        return Math.Round(FirstBoundSeconds * Math.Pow(Growth, bin - 0.5) * 1000, 4);
    }

    private struct Second
    {
        public long At;
        public int Requests;
        public int Errors;
        public long Rows;
    }

    private sealed class Histogram
    {
        public long Slot { get; private set; }

        public int[] Counts { get; } = new int[Bins];

        public void Add(long slot, int bin)
        {
            if (Slot != slot)
            {
                Slot = slot;
                Array.Clear(Counts);
            }

            Counts[bin]++;
        }
    }
}
