using System.Diagnostics;
using Assay.Statistics.Sketches;

namespace Assay.MonitoringBench;

/// <summary>What 100 replicas counted of 50 features, read from bytes and added up.</summary>
internal static class Replicas
{
    private const int Count = 100;
    private const int Features = 50;
    private const double BarSeconds = 1;

    public static bool Run(bool small)
    {
        Console.WriteLine($"Merge of {Count} replicas, {Features} features, from bytes, one thread");
        var rows = small ? 1000 : 5000;
        var sent = Enumerable.Range(0, Count).Select(replica => Sketches(replica, rows)).ToArray();
        var megabytes = Features * sent.Sum(part => (double)part.Quantiles.Length + part.Distinct.Length + part.Frequent.Length) / (1 << 20);
        var seconds = Time("quantiles", () =>
        {
            var whole = new QuantileSketch(seed: -1);
            for (var replica = 0; replica < Count; replica++)
                whole.Merge(QuantileSketchBytes.Parse(sent[replica].Quantiles, replica));
            return whole.Count;
        });
        seconds += Time("distinct values", () =>
        {
            var whole = new DistinctSketch();
            foreach (var part in sent)
                whole.Merge(DistinctSketch.Parse(part.Distinct));
            return whole.Estimate() > 100 ? (long)Count * rows : 0;
        });
        seconds += Time("frequent values", () =>
        {
            var whole = new FrequentItems();
            foreach (var part in sent)
                whole.Merge(FrequentItems.Parse(part.Frequent));
            return whole.Rows;
        });
        seconds += Time("moments", () =>
        {
            var whole = new Moments();
            foreach (var part in sent)
                whole.Merge(part.Moments);
            return whole.Count;
        });
        return Bar.Print("all of it", $"{seconds:F3} s, {megabytes:F0} MiB", "1 s", seconds < BarSeconds);

        double Time(string what, Func<long> merge)
        {
            var watch = Stopwatch.StartNew();
            for (var feature = 0; feature < Features; feature++)
            {
                if (merge() != (long)Count * rows)
                    throw new InvalidOperationException("The merged sketches have lost rows.");
            }

            Console.WriteLine($"  {what,-58} {watch.Elapsed.TotalSeconds:F3} s");
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static (byte[] Quantiles, byte[] Distinct, byte[] Frequent, Moments Moments) Sketches(int replica, int rows)
    {
        var (quantiles, distinct, frequent, moments) = (new QuantileSketch(seed: replica), new DistinctSketch(), new FrequentItems(), new Moments());
        foreach (var value in Draws.Normal(rows, new Random(replica)))
        {
            quantiles.Add(value);
            moments.Add(value);
            var word = $"value {Math.Abs((int)(value * 200))}";
            distinct.Add(word);
            frequent.Add(word);
        }

        return (quantiles.ToBytes(), distinct.ToBytes(), frequent.ToBytes(), moments);
    }
}
