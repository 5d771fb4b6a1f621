using System.Text.Json;
using Assay.Kernel;
using Assay.Statistics.Streams;

namespace Assay.Tests.Statistics;

/// <summary>Detectors of changes in a stream, against levels worked out by hand and against simulations with a fixed seed.</summary>
public sealed class StreamTests
{
    [Fact]
    public void DDM_warns_and_finds_a_change_at_the_levels_of_its_paper()
    {
        var ddm = new Ddm { RowsMin = 5 };

        // The least p + s stands at the eighth value: p = 1/8, s = √(7/512) = 0.116927; it warns above 0.358854 and finds a change above 0.475781.
        Assert.All([0, 0, 0, 1, 0, 0, 0, 0], value => Assert.Equal(StreamState.Stable, ddm.Add(value)));
        Assert.Equal(0.125, ddm.LeastShare!.Value, 12);
        Assert.Equal(0.116927, ddm.LeastDeviation, 6);

        Assert.Equal(StreamState.Warning, ddm.Add(1));   // 2/9 + 0.138580 = 0.360802
        Assert.Equal(StreamState.Stable, ddm.Add(0));    // 2/10 + 0.126491 = 0.326491
        Assert.Equal(StreamState.Warning, ddm.Add(1));   // 3/11 + 0.134282 = 0.407010
        Assert.Equal(StreamState.Warning, ddm.Add(1));   // 4/12 + 0.136083 = 0.469416
        Assert.Equal(StreamState.Changed, ddm.Add(1));   // 5/13 + 0.134931 = 0.519546
        Assert.Equal((10, 0.2), (ddm.LastChange!.Value.Before.Rows, Math.Round(ddm.LastChange.Value.Before.Mean, 12)));
        Assert.Equal((3, 1.0), (ddm.LastChange.Value.After.Rows, Math.Round(ddm.LastChange.Value.After.Mean, 12)));
        Assert.Equal((0, null), (ddm.Window.Rows, ddm.LeastShare));
    }

    [Fact]
    public void DDM_takes_the_first_error_of_a_long_time_for_no_change()
    {
        var ddm = new Ddm();
        for (var value = 0; value < 500; value++)
            ddm.Add(0);

        Assert.Equal(StreamState.Stable, ddm.Add(1));
    }

    [Fact]
    public void Page_Hinkley_sums_what_lies_above_the_running_mean_and_the_tolerance()
    {
        var test = new PageHinkley { RowsMin = 1, Tolerance = 0.1, Threshold = 1.2 };
        Assert.All([0, 0, 0, 0], value => Assert.Equal(StreamState.Stable, test.Add(value)));
        Assert.Equal((-0.4, -0.4), (Math.Round(test.Sum, 12), Math.Round(test.Least, 12)));

        Assert.Equal(StreamState.Stable, test.Add(1));
        Assert.Equal(0.3, test.Sum, 12);                  // −0.4 + 1 − 1/5 − 0.1
        Assert.Equal(StreamState.Changed, test.Add(1));   // 0.3 + 1 − 2/6 − 0.1 = 0.866667, which is 1.266667 above the least

        Assert.Equal(new StreamChange(new(4, 0, 0), new(2, 1, 0)), test.LastChange);
        Assert.Equal(0, test.Window.Rows);
    }

    [Fact]
    public void Page_Hinkley_and_DDM_do_not_see_errors_become_fewer_and_ADWIN_does()
    {
        var random = new Random(4);
        var detectors = new IChangeDetector[] { new PageHinkley { Tolerance = 0.02, Threshold = 30 }, new Ddm(), new Adwin { Delta = 0.002 } };
        var found = new bool[3];
        for (var row = 0; row < 2000; row++)
        {
            var error = random.NextDouble() < (row < 1000 ? 0.5 : 0.1) ? 1 : 0;
            for (var place = 0; place < 3; place++)
                found[place] |= detectors[place].Add(error) == StreamState.Changed && row >= 1000;
        }

        Assert.Equal([false, false, true], found);
        Assert.True(detectors[2].LastChange!.Value.After.Mean < detectors[2].LastChange!.Value.Before.Mean);
    }

    [Fact]
    public void ADWIN_cuts_where_zeros_become_ones()
    {
        var adwin = new Adwin { Delta = 0.002 };
        var states = Enumerable.Range(0, 96).Select(place => adwin.Add(place < 64 ? 0 : 1)).ToList();

        // At the 96th value the parts of 64 and 32 differ by 1, and by chance by √(2 · 0.046875 · 0.2222 · 8.4262) + 0.2633 = 0.68.
        Assert.Equal(95, states.IndexOf(StreamState.Changed));
        Assert.InRange(adwin.LastChange!.Value.Before.Mean, 0, 0.1);
        Assert.InRange(adwin.LastChange.Value.After.Mean, 0.9, 1);
        Assert.InRange(adwin.Window.Mean, 0.9, 1);
    }

    [Fact]
    public void The_window_of_ADWIN_is_what_its_values_are_and_takes_few_buckets()
    {
        var (adwin, random) = (new Adwin { Delta = 0.002 }, new Random(3));
        double[] values = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble())];
        foreach (var value in values)
            adwin.Add(value);

        var mean = values.Average();
        Assert.Null(adwin.LastChange);
        Assert.Equal(10_000, adwin.Window.Rows);
        Assert.Equal(mean, adwin.Window.Mean, 10);
        Assert.Equal(values.Sum(value => (value - mean) * (value - mean)), adwin.Window.Deviations, 6);
        Assert.InRange(adwin.Buckets.Sum(size => size.Count), 1, 60);
    }

    [Fact]
    public void ADWIN_seldom_finds_a_change_where_there_is_none()
    {
        // 93 looks at each of 200 streams: a chance of 0.002 at each would be 37 alarms.
        var alarms = 0;
        for (var seed = 0; seed < 200; seed++)
            alarms += FirstChange(new Adwin { Delta = 0.002 }, seed, 3000, _ => 0.2) is null ? 0 : 1;

        Assert.InRange(alarms, 0, 10);
    }

    [Fact]
    public void A_rise_of_errors_from_a_fifth_to_a_half_is_found_within_some_hundred_rows()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            Assert.InRange(FirstChange(new Adwin { Delta = 0.002 }, seed, 1400, Rise) ?? 0, 1000, 1000 + 256);
            Assert.InRange(FirstChange(new PageHinkley { Tolerance = 0.02, Threshold = 30 }, seed, 1400, Rise) ?? 0, 1000, 1000 + 256);
        }

        static double Rise(int row) => row < 1000 ? 0.2 : 0.5;
    }

    [Fact]
    public void What_detectors_know_can_be_written_and_read_again()
    {
        Check(new Adwin { Delta = 0.01 });
        Check(new PageHinkley { Tolerance = 0.01, Threshold = 20 });
        Check(new Ddm { WarningLevel = 1.5 });

        static void Check<T>(T detector)
            where T : IChangeDetector
        {
            var random = new Random(9);
            var (kept, said, saidAgain) = (Copy(detector), new List<StreamState>(), new List<StreamState>());
            for (var row = 0; row < 1500; row++)
            {
                var value = random.NextDouble() < (row < 800 ? 0.1 : 0.6) ? 1 : 0;
                said.Add(detector.Add(value));
                saidAgain.Add(kept.Add(value));
                kept = Copy(kept);
            }

            Assert.Contains(StreamState.Changed, said);
            Assert.Equal(said, saidAgain);
        }

        static T Copy<T>(T detector) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(detector, AssayJson.Options), AssayJson.Options)!;
    }

    [Fact]
    public void A_share_has_Wilsons_interval_and_one_number_none()
    {
        Assert.Equal(0.2, new StreamPart(10, 0.2, 1.6).Interval(isShare: true)!.Value);
        Assert.Equal(0.0567, new StreamPart(10, 0.2, 1.6).Interval(isShare: true)!.Low, 4);
        Assert.Equal(double.NegativeInfinity, new StreamPart(1, 0.2, 0).Interval(isShare: false)!.Low);
        Assert.Null(default(StreamPart).Interval(isShare: true));
    }

    // Place of the first value after which a change was found; null for none.
    private static int? FirstChange(IChangeDetector detector, int seed, int rows, Func<int, double> share)
    {
        var random = new Random(seed);
        for (var row = 0; row < rows; row++)
        {
            if (detector.Add(random.NextDouble() < share(row) ? 1 : 0) == StreamState.Changed)
                return row;
        }

        return null;
    }
}
