using System.Text.Json;
using Assay.Statistics.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Tests.Statistics;

public sealed class BaselineTests
{
    [Fact]
    public void Numbers_are_cut_at_their_deciles()
    {
        var baseline = BaselineBuilder.Numbers("x", [.. Enumerable.Range(1, 1000).Select(i => (double)i)]);

        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800, 900], baseline.Edges);
        Assert.All(baseline.Counts, count => Assert.Equal(100, count));
        Assert.Equal((500.5, 1.0, 1000.0), (baseline.Mean, baseline.Min, baseline.Max));
        Assert.Equal(Math.Sqrt(((1000.0 * 1000) - 1) / 12), baseline.StandardDeviation!.Value, tolerance: 1e-9);
    }

    [Fact]
    public void Tied_values_merge_their_edges_and_a_largest_value_that_is_an_edge_leaves_room_above()
    {
        var baseline = BaselineBuilder.Numbers("senior", [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);

        Assert.Equal([0, 1], baseline.Edges);
        Assert.Equal([8, 2, 0], baseline.Counts);
        var live = new LiveCounts(baseline);
        live.Add(2.0);
        Assert.Equal([0, 0, 1], live.Take().Counts);
    }

    [Fact]
    public void Missing_values_are_counted_beside_the_bins()
    {
        var baseline = BaselineBuilder.Numbers("x", [1, double.NaN, 2, double.NaN, 3]);

        Assert.Equal(2, baseline.Missing);
        Assert.Equal(3, baseline.Counts.Sum());
        Assert.Equal(2, baseline.Mean);
    }

    [Fact]
    public void A_column_without_values_still_has_one_bin()
    {
        var baseline = BaselineBuilder.Numbers("x", [double.NaN]);

        Assert.Equal([0], baseline.Counts);
        Assert.Equal(1, baseline.Missing);
        Assert.Null(baseline.Mean);
    }

    [Fact]
    public void Infinities_count_in_the_outer_bins_and_leave_the_baseline_writable_as_json()
    {
        var baseline = BaselineBuilder.Numbers("x", [double.NegativeInfinity, 1, 2, 3, double.PositiveInfinity]);

        Assert.Equal(5, baseline.Counts.Sum());
        Assert.Equal(2, baseline.Mean);
        Assert.Contains("\"Max\":3", JsonSerializer.Serialize(baseline), StringComparison.Ordinal);
    }

    [Fact]
    public void Categories_stand_by_frequency_with_a_last_bin_for_the_others()
    {
        var baseline = BaselineBuilder.Categories("plan", ["b", "a", "c", null, "c", "", "a", "d", "c"], limit: 2);

        Assert.Equal(["c", "a"], baseline.Categories);
        Assert.Equal([3, 2, 2], baseline.Counts);
        Assert.Equal(2, baseline.Missing);
    }

    [Fact]
    public void Live_counts_of_the_reference_are_the_reference_itself() =>
        Prop.ForAll<double[]>(values =>
        {
            var baseline = BaselineBuilder.Numbers("x", values);
            var live = new LiveCounts(baseline);
            foreach (var value in values)
                live.Add(value);
            var one = live.Take();
            float[] singles = [.. values.Select(value => (float)value)];
            live.Add(singles);
            var batch = live.Take();
            return one.Counts.SequenceEqual(baseline.Counts) && one.Missing == baseline.Missing && one.Rows == values.Length
                && batch.Counts.SequenceEqual(baseline.Counts) && batch.Missing == baseline.Missing;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_value_that_single_precision_rounds_up_past_its_edge_keeps_its_bin()
    {
        // 0.1 is larger as a float than as a double; training saw the double, the graph and live counts see the float.
        double[] prices = [.. Enumerable.Repeat(0.1, 500), .. Enumerable.Repeat(0.7, 500)];
        var baseline = BaselineBuilder.Numbers("price", prices);
        var live = new LiveCounts(baseline);
        float[] singles = [.. prices.Select(price => (float)price)];

        live.Add(singles);

        Assert.Equal(baseline.Counts, live.Take().Counts);
    }

    [Fact]
    public void Unknown_categories_go_to_the_last_bin_and_empty_ones_are_missing()
    {
        var live = new LiveCounts(BaselineBuilder.Categories("plan", ["a", "a", "b"]));

        live.Add("a");
        live.Add("never seen");
        live.Add((string?)null);
        live.Add("");
        live.AddToBin(live.BinOf("b"));

        var window = live.Take();
        Assert.Equal([1, 1, 1], window.Counts);
        Assert.Equal((2, 5), (window.Missing, window.Rows));
        Assert.Equal(0, live.Take().Rows);
    }

    [Fact]
    public async Task Every_value_is_in_exactly_one_window_however_many_threads_count()
    {
        var live = new LiveCounts(BaselineBuilder.Numbers("x", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
        const int PerThread = 20_000;
        var counting = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < PerThread; i++)
                live.Add(thread == 0 ? double.NaN : i % 11);
        })));

        var total = CountedWindow.Empty(live.Baseline);
        do
        {
            total = total.Merge(live.Take());
            await Task.Yield();
        }
        while (!counting.IsCompleted);
        await counting;
        total = total.Merge(live.Take());

        Assert.Equal((4 * PerThread, PerThread), (total.Rows, total.Missing));
    }

    [Fact]
    public void Numbers_beyond_the_range_of_training_are_counted_one_by_one_and_in_batches_alike()
    {
        var baseline = BaselineBuilder.Numbers("x", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        float[] values = [0.5f, 1, 10, 10.5f, float.NaN, -3, 4, 99, 5, 6, float.PositiveInfinity];
        var (one, batch) = (new LiveCounts(baseline), new LiveCounts(baseline));
        foreach (var value in values)
            one.Add((double)value);
        batch.Add(values);

        var (first, second) = (one.Take(), batch.Take());

        Assert.Equal((5, -3, float.MaxValue, 1), (first.Outside, first.Min, first.Max, first.Missing));
        Assert.Equal((first.Outside, first.Min, first.Max, first.Missing), (second.Outside, second.Min, second.Max, second.Missing));
        Assert.Equal(first.Counts, second.Counts);
        var empty = one.Take();
        Assert.Equal((0, null, null), (empty.Outside, empty.Min, empty.Max));
        Assert.Equal((10, -3), (first.Merge(second).Outside, first.Merge(empty).Min));
        Assert.Null(first.Merge(CountedWindow.Of(new long[first.Counts.Length], 1)).Outside);   // one of them did not count it
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var numbers = new LiveCounts(BaselineBuilder.Numbers("x", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
        var categories = new LiveCounts(BaselineBuilder.Categories("c", ["a", "b"]));
        float[] batch = [1, 5, 9, float.NaN, 3, 3];
        Count();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Count();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Count()
        {
            numbers.Add(4.2);
            numbers.Add(batch);
            categories.Add("b");
            categories.Add("z");
        }
    }

    [Fact]
    public void Windows_of_different_baselines_do_not_add_up() =>
        Assert.Throws<ArgumentException>(() => CountedWindow.Of([1, 2], 0).Merge(CountedWindow.Of([1, 2, 3], 0)));
}
