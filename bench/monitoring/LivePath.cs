using System.Diagnostics;
using Assay.Statistics.Profiles;
using Assay.Statistics.Sketches;

namespace Assay.MonitoringBench;

/// <summary>What one value of one feature costs while predictions are answered.</summary>
internal static class LivePath
{
    private const double BarNanoseconds = 1000;
    private const int Batch = 512;

    public static bool Run(bool small)
    {
        Console.WriteLine("Live path, one thread, nanoseconds per feature and prediction");
        var rounds = small ? 400 : 4000;
        var numbers = Draws.Normal(Batch, new Random(1));
        var floats = Array.ConvertAll(numbers, value => (float)value);
        var words = Array.ConvertAll(numbers, value => $"value {Math.Abs((int)(value * 40))}");
        var baseline = BaselineBuilder.Numbers("x", Draws.Normal(5000, new Random(2)));
        var categories = BaselineBuilder.Categories("c", words);
        var (counts, one, categoryCounts) = (new LiveCounts(baseline), new LiveCounts(baseline), new LiveCounts(categories));
        var (quantiles, distinct, frequent, moments) = (new QuantileSketch(), new DistinctSketch(), new FrequentItems(), new Moments());
        return Measure("live counts, one number at a time", rounds, i => one.Add(numbers[i]))
            & Measure("live counts, numbers of a batch", rounds, i => { if (i == 0) counts.Add(floats.AsSpan()); })
            & Measure("live counts, a category", rounds, i => categoryCounts.Add(words[i]))
            & Measure("quantiles (KLL, k = 200)", rounds, i => quantiles.Add(numbers[i]))
            & Measure("distinct values (HyperLogLog)", rounds, i => distinct.Add(words[i]))
            & Measure("frequent values", rounds, i => frequent.Add(words[i]))
            & Measure("moments", rounds, i => moments.Add(numbers[i]));
    }

    private static bool Measure(string what, int rounds, Action<int> add)
    {
        var best = double.PositiveInfinity;
        for (var repeat = 0; repeat < 5; repeat++)
        {
            var watch = Stopwatch.StartNew();
            for (var round = 0; round < rounds; round++)
            {
                for (var i = 0; i < Batch; i++)
                    add(i);
            }

            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / ((double)rounds * Batch));
        }

        return Bar.Print(what, $"{best:F1} ns", "1,000 ns", best <= BarNanoseconds);
    }
}
