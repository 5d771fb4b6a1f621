using Assay.Statistics.Sketches;

namespace Assay.Tests.Statistics;

/// <summary>Sketches under the orders that are hardest for them, merged in trees, and as bytes.</summary>
public sealed class SketchOrderTests
{
    private const int Rows = 30_000;
    private const double StatedError = 0.0165;   // of 99 in 100 sketches with k = 200

    [Theory]
    [InlineData("sorted")]
    [InlineData("reversed")]
    [InlineData("zigzag")]
    [InlineData("outside in")]
    [InlineData("few values")]
    public void Ranks_keep_the_stated_error_whatever_the_order(string order)
    {
        var within = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var sketch = new QuantileSketch(seed: seed);
            var values = Order(order).ToArray();
            foreach (var value in values)
                sketch.Add(value);
            within += RankError(sketch, values) <= StatedError ? 1 : 0;
        }

        Assert.InRange(within, 38, 40);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_of_merges_keeps_the_stated_error(bool throughBytes)
    {
        var values = Order("sorted").ToArray();
        var leaves = new Queue<QuantileSketch>(values.Chunk(300).Select((chunk, seed) =>
        {
            var sketch = new QuantileSketch(seed: seed);
            foreach (var value in chunk)
                sketch.Add(value);
            return throughBytes ? QuantileSketchBytes.Parse(sketch.ToBytes(), seed) : sketch;
        }));
        while (leaves.Count > 1)
        {
            var first = leaves.Dequeue();
            first.Merge(leaves.Dequeue());
            leaves.Enqueue(first);
        }

        Assert.Equal(Rows, leaves.Peek().Count);
        Assert.InRange(RankError(leaves.Peek(), values), 0, StatedError);
    }

    [Fact]
    public void A_sketch_of_quantiles_comes_back_from_bytes_as_it_was()
    {
        var sketch = new QuantileSketch();
        foreach (var value in Order("zigzag"))
            sketch.Add(value);

        var back = QuantileSketchBytes.Parse(sketch.ToBytes());

        Assert.Equal((sketch.Count, sketch.Min, sketch.Max, sketch.Retained), (back.Count, back.Min, back.Max, back.Retained));
        Assert.Equal(sketch.Quantiles([0, 0.1, 0.5, 0.99, 1]), back.Quantiles([0, 0.1, 0.5, 0.99, 1]));
        Assert.Equal(0, QuantileSketchBytes.Parse(new QuantileSketch().ToBytes()).Count);
    }

    [Fact]
    public void Bytes_that_are_no_sketch_are_refused()
    {
        var sketch = new QuantileSketch();
        sketch.Add(5);
        var bytes = sketch.ToBytes();

        Assert.Throws<FormatException>(() => QuantileSketchBytes.Parse(bytes[..^3]));
        Assert.Throws<FormatException>(() => QuantileSketchBytes.Parse([9, .. bytes[1..]]));
        Assert.Throws<FormatException>(() => DistinctSketch.Parse(new byte[100]));
        Assert.Throws<FormatException>(() => DistinctSketch.Parse([.. Enumerable.Repeat((byte)200, 4096)]));
        Assert.Throws<FormatException>(() => FrequentItems.Parse([8, 0, 0, 0, 1]));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Distinct_values_are_counted_within_three_standard_errors(int distinct)
    {
        var sketch = new DistinctSketch();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < distinct; i++)
                sketch.Add($"value {i}");
        }

        Assert.InRange(sketch.Estimate() / distinct, 1 - (3 * DistinctSketch.StandardError), 1 + (3 * DistinctSketch.StandardError));
    }

    [Fact]
    public void Distinct_values_of_merged_sketches_are_those_of_the_whole()
    {
        var (whole, left, right) = (new DistinctSketch(), new DistinctSketch(), new DistinctSketch());
        for (var i = 0; i < 50_000; i++)
        {
            whole.Add(i);
            (i % 3 == 0 ? left : right).Add(i);
        }

        Assert.Equal(0, new DistinctSketch().Estimate());
        left.Merge(DistinctSketch.Parse(right.ToBytes()));
        Assert.Equal(whole.Estimate(), left.Estimate());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frequent_values_are_found_within_the_bound_whole_and_merged_in_a_tree(bool tree)
    {
        const int Capacity = 64;
        var random = new Random(5);
        // A few frequent values among very many that occur once or twice.
        var stream = Enumerable.Range(0, 60_000).Select(i => i % 4 == 0 ? $"often {random.Next(6)}" : $"rare {random.Next(40_000)}").ToArray();
        var truth = stream.CountBy(value => value).ToDictionary();
        var parts = new Queue<FrequentItems>(stream.Chunk(tree ? 900 : stream.Length).Select(chunk =>
        {
            var part = new FrequentItems(Capacity);
            foreach (var value in chunk)
                part.Add(value);
            return FrequentItems.Parse(part.ToBytes());
        }));
        while (parts.Count > 1)
        {
            var first = parts.Dequeue();
            first.Merge(parts.Dequeue());
            parts.Enqueue(first);
        }

        var summary = parts.Dequeue();
        Assert.Equal(stream.Length, summary.Rows);
        Assert.InRange(summary.Error, 0, 2 * stream.Length / Capacity);
        Assert.All(summary.Items(), item => Assert.InRange(truth[item.Value], item.AtLeast, item.AtMost));
        var held = summary.Items().Select(item => item.Value).ToHashSet();
        Assert.All(truth.Where(entry => entry.Value > summary.Error), entry => Assert.Contains(entry.Key, held));
        Assert.True(held.Count(value => value.StartsWith("often", StringComparison.Ordinal)) == 6);
    }

    private static IEnumerable<double> Order(string order) => order switch
    {
        "sorted" => Enumerable.Range(0, Rows).Select(i => (double)i),
        "reversed" => Enumerable.Range(0, Rows).Select(i => (double)(Rows - i)),
        "zigzag" => Enumerable.Range(0, Rows).Select(i => i % 2 == 0 ? (double)i : Rows - i),
        "outside in" => Enumerable.Range(0, Rows).Select(i => i % 2 == 0 ? i : -(double)i),
        _ => Enumerable.Range(0, Rows).Select(i => (double)(i % 7)),
    };

    // The largest difference between the true share at or below a value and the sketch's.
    private static double RankError(QuantileSketch sketch, double[] values)
    {
        var sorted = values.Order().ToArray();
        var worst = 0.0;
        for (var i = 0; i < sorted.Length; i += 97)
        {
            var last = i;
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[i])
                last++;
            worst = Math.Max(worst, Math.Abs(sketch.Rank(sorted[i]) - ((last + 1.0) / sorted.Length)));
            if (last > i + 1000)
                i = last;
        }

        return worst;
    }
}
