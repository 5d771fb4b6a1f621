using Assay.Inference.Predictions;

namespace Assay.Serving.Live;

/// <summary>
/// Traffic of the last minutes in constant memory: a count per second, and for the latency a histogram per ten seconds
/// whose bounds grow by 5 %, so that a quantile read from it is at most 5 % off.
/// </summary>
internal sealed class TrafficRing(TimeProvider clock)
{
    public const int WindowSeconds = 300;
    private const int SecondsPerHistogram = 10;
    private const int HealthSeconds = 60;

    private readonly Lock _lock = new();
    private readonly Second[] _seconds = new Second[WindowSeconds];
    private readonly Histogram[] _histograms = [.. Enumerable.Range(0, WindowSeconds / SecondsPerHistogram).Select(_ => new Histogram())];

    /// <summary>Counts a request that just ended.</summary>
    public void Add(int rows, PredictOutcome outcome, in CallTimes times)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var bin = LatencyBins.Of(times.Total);
        lock (_lock)
        {
            ref var second = ref _seconds[now % WindowSeconds];
            if (second.At != now)
                second = new Second { At = now };
            second.Requests++;
            second.Rows += rows;
            second.Waited += times.Queue;
            second.Errors += outcome != PredictOutcome.Ok ? 1 : 0;
            second.Failed += outcome is PredictOutcome.Failed or PredictOutcome.Unavailable ? 1 : 0;
            second.Limited += outcome == PredictOutcome.Limited ? 1 : 0;
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
                LatencyBins.Quantile(counts, 0.5),
                LatencyBins.Quantile(counts, 0.95),
                LatencyBins.Quantile(counts, 0.99),
                WindowSeconds,
                [.. seconds.Select(second => new EndpointSecond(DateTimeOffset.FromUnixTimeSeconds(second.At), second.Requests, second.Errors))]);
        }
    }

    /// <summary>What the last minute holds.</summary>
    public EndpointHealth LastMinute()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            Second[] minute = [.. _seconds.Where(second => second.At > now - HealthSeconds)];
            var counts = CountsSince((now - HealthSeconds) / SecondsPerHistogram);
            return new(
                minute.Sum(second => (long)second.Requests),
                minute.Sum(second => (long)second.Failed),
                minute.Sum(second => (long)second.Limited),
                LatencyBins.Quantile(counts, 0.5),
                LatencyBins.Quantile(counts, 0.95),
                LatencyBins.Quantile(counts, 0.99))
            {
                Waiting = minute.Sum(second => second.Waited) / HealthSeconds,
            };
        }
    }

    /// <summary>The times of the requests of the window, by <see cref="LatencyBins"/>.</summary>
    public long[] Latencies()
    {
        lock (_lock)
            return CountsSince((clock.GetUtcNow().ToUnixTimeSeconds() - WindowSeconds) / SecondsPerHistogram);
    }

    private long[] CountsSince(long slot)
    {
        var counts = new long[LatencyBins.Count];
        foreach (var histogram in _histograms.Where(histogram => histogram.Slot > slot))
        {
            for (var bin = 0; bin < LatencyBins.Count; bin++)
                counts[bin] += histogram.Counts[bin];
        }

        return counts;
    }

    private struct Second
    {
        public long At;
        public int Requests;
        public int Errors;
        public int Failed;
        public int Limited;
        public long Rows;
        public double Waited;
    }

    private sealed class Histogram
    {
        public long Slot { get; private set; }

        public int[] Counts { get; } = new int[LatencyBins.Count];

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
