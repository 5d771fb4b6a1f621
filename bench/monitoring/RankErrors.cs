using Assay.Statistics.Sketches;

namespace Assay.MonitoringBench;

/// <summary>The largest error of any rank, over orders that are hard for a sketch.</summary>
internal static class RankErrors
{
    private const double Stated = 0.0165;
    private const double Share = 0.99;

    public static bool Run(bool small)
    {
        var (rows, seeds) = small ? (20_000, 100) : (200_000, 200);
        Console.WriteLine($"Rank error of KLL with k = 200 over {rows:N0} rows, {seeds} sketches of each order");
        (string Name, Func<int, double> Value)[] orders =
        [
            ("sorted", i => i), ("reversed", i => -i), ("zigzag", i => i % 2 == 0 ? i : rows - i), ("from outside in", i => i % 2 == 0 ? i : -i),
            ("square root runs", i => (i % 447 * 447.0) + (i / 447)), ("sorted, merged in a tree of 100", i => i),
        ];
        var reached = true;
        foreach (var (name, value) in orders)
        {
            var errors = new double[seeds];
            var values = Enumerable.Range(0, rows).Select(value).ToArray();
            var sorted = values.Order().ToArray();
            Parallel.For(0, seeds, seed => errors[seed] = Error(Fill(values, seed, name.Contains("tree", StringComparison.Ordinal)), sorted));
            Array.Sort(errors);
            var within = errors.Count(error => error <= Stated) / (double)seeds;
            reached &= Bar.Print(name, $"{100 * within:F1} % within 1.65 %, worst {100 * errors[^1]:F2} %", "99 %", within >= Share);
        }

        return reached;
    }

    private static QuantileSketch Fill(double[] values, int seed, bool tree)
    {
        var parts = new Queue<QuantileSketch>(values.Chunk(tree ? values.Length / 100 : values.Length).Select((chunk, part) =>
        {
            var sketch = new QuantileSketch(seed: (seed * 1000) + part);
            foreach (var value in chunk)
                sketch.Add(value);
            return sketch;
        }));
        while (parts.Count > 1)
        {
            var first = parts.Dequeue();
            first.Merge(parts.Dequeue());
            parts.Enqueue(first);
        }

        return parts.Dequeue();
    }

    private static double Error(QuantileSketch sketch, double[] sorted)
    {
        var worst = 0.0;
        for (var i = 0; i < sorted.Length; i += sorted.Length / 500)
        {
            var rank = Array.BinarySearch(sorted, sorted[i]);
            while (rank + 1 < sorted.Length && sorted[rank + 1] == sorted[i])
                rank++;
            worst = Math.Max(worst, Math.Abs(sketch.Rank(sorted[i]) - ((rank + 1.0) / sorted.Length)));
        }

        return worst;
    }
}
