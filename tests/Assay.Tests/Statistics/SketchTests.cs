using Assay.Statistics.Sketches;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Tests.Statistics;

public sealed class SketchTests
{
    [Fact]
    public void Moments_are_those_of_the_whole_however_the_stream_was_split() =>
        Prop.ForAll<NormalFloat[], NormalFloat[]>((left, right) =>
        {
            double[] all = [.. left.Concat(right).Select(value => value.Get % 1e6)];
            var merged = Of(all.Take(left.Length));
            merged.Merge(Of(all.Skip(left.Length)));
            if (all.Length == 0)
                return merged.Count == 0 && merged.StandardDeviation == 0;
            var mean = all.Average();
            var variance = all.Average(value => (value - mean) * (value - mean));
            return merged.Count == all.Length && merged.Min == all.Min() && merged.Max == all.Max()
                && Math.Abs(merged.Mean - mean) <= 1e-6 && Math.Abs(merged.Variance - variance) <= 1e-9 * (variance + 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Deviation_survives_a_large_offset()
    {
        // The textbook case in which the difference of squares loses all its digits.
        var moments = Of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]);

        Assert.Equal(22.5, moments.Variance, tolerance: 1e-9);
    }

    [Fact]
    public void Quantiles_of_a_short_stream_are_exact()
    {
        var sketch = new QuantileSketch();
        foreach (var value in Enumerable.Range(1, 100).Reverse())
            sketch.Add(value);

        Assert.Equal([1, 5, 25, 50, 75, 95, 100], sketch.Quantiles([0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]));
        Assert.Equal(0.37, sketch.Rank(37));
    }

    [Fact]
    public void Ranks_are_within_the_published_error_in_99_of_100_sketches()
    {
        const int Rows = 20_000;
        var within = 0;
        for (var seed = 0; seed < 100; seed++)
            within += LargestRankError(Shuffled(Rows, seed, seed), Rows) <= 0.0165 ? 1 : 0;

        // 99 expected; fewer than 96 has a chance of 1 in 300 and the seeds are fixed.
        Assert.InRange(within, 96, 100);
    }

    [Fact]
    public void Merged_sketches_are_as_good_as_one_of_the_whole()
    {
        const int Parts = 20, PerPart = 1000;
        var whole = new QuantileSketch(seed: 99);
        for (var part = 0; part < Parts; part++)
        {
            // Each part sees another range: the hardest way to split a stream.
            var sketch = new QuantileSketch(seed: part);
            for (var i = 0; i < PerPart; i++)
                sketch.Add((part * PerPart) + ((i * 7919) % PerPart) + 1);
            whole.Merge(sketch);
        }

        Assert.Equal((Parts * PerPart, 1.0, Parts * PerPart), (whole.Count, whole.Min, (int)whole.Max));
        Assert.InRange(LargestRankError(whole, Parts * PerPart), 0, 0.0165);
    }

    [Fact]
    public void Memory_stays_bounded_while_rows_grow()
    {
        Assert.InRange(Shuffled(1000, 1, 1).Retained, 200, 700);
        Assert.InRange(Shuffled(500_000, 1, 1).Retained, 200, 700);
    }

    [Fact]
    public void Every_row_keeps_its_weight() =>
        Prop.ForAll(Gen.Choose(1, 5000).ToArbitrary(), rows => Shuffled(rows, rows, rows).Rank(rows) == 1)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Missing_values_and_other_accuracies_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new QuantileSketch().Add(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileSketch(200).Merge(new QuantileSketch(100)));
        Assert.True(double.IsNaN(new QuantileSketch().Quantile(0.5)));
    }

    private static Moments Of(IEnumerable<double> values)
    {
        var moments = new Moments();
        foreach (var value in values)
            moments.Add(value);
        return moments;
    }

    private static QuantileSketch Shuffled(int rows, int order, int coin)
    {
        int[] values = [.. Enumerable.Range(1, rows)];
        new Random(order).Shuffle(values);
        var sketch = new QuantileSketch(seed: coin);
        foreach (var value in values)
            sketch.Add(value);
        return sketch;
    }

    /// <summary>Of a sketch that has seen 1 to <paramref name="rows"/>, by quantiles and by ranks.</summary>
    private static double LargestRankError(QuantileSketch sketch, int rows)
    {
        double[] probabilities = [.. Enumerable.Range(1, 99).Select(percent => percent / 100.0)];
        var quantiles = sketch.Quantiles(probabilities);
        return probabilities
            .Select((probability, i) => Math.Max(
                Math.Abs((quantiles[i] / rows) - probability),
                Math.Abs(sketch.Rank(probability * rows) - probability)))
            .Max();
    }
}
