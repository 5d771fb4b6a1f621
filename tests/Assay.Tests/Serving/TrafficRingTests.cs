using Assay.Inference.Predictions;
using Assay.Serving.Live;

namespace Assay.Tests.Serving;

public sealed class TrafficRingTests
{
    private readonly WholeSecondClock _clock = new();

    [Fact]
    public void Quantiles_are_within_five_percent()
    {
        var ring = new TrafficRing(_clock);
        for (var i = 1; i <= 1000; i++)
            ring.Add(rows: 1, PredictOutcome.Ok, new(0, 0, i / 1000.0, 0));
        var stats = ring.Read();
        Assert.InRange(stats.P50Milliseconds!.Value, 500 * 0.95, 500 * 1.05);
        Assert.InRange(stats.P95Milliseconds!.Value, 950 * 0.95, 950 * 1.05);
        Assert.InRange(stats.P99Milliseconds!.Value, 990 * 0.95, 990 * 1.05);
    }

    [Theory]
    [InlineData(2.4)]
    [InlineData(2.6)]
    [InlineData(30)]
    [InlineData(3600)]
    public void So_are_those_of_calls_that_take_long(double seconds)
    {
        var ring = new TrafficRing(_clock);
        for (var call = 0; call < 100; call++)
            ring.Add(rows: 1, PredictOutcome.Ok, new(0, 0, call == 0 ? 0.001 : seconds, 0));
        Assert.InRange(ring.Read().P99Milliseconds!.Value, seconds * 1000 * 0.95, seconds * 1000 * 1.05);
    }

    [Fact]
    public void The_last_minute_tells_what_failed_here_from_what_was_turned_away_or_asked_wrongly()
    {
        var ring = new TrafficRing(_clock);
        ring.Add(rows: 1, PredictOutcome.Failed, new(0, 0, 5, 0));
        _clock.Now += TimeSpan.FromSeconds(70);
        foreach (var outcome in new[] { PredictOutcome.Ok, PredictOutcome.Invalid, PredictOutcome.Limited, PredictOutcome.Failed, PredictOutcome.Unavailable, PredictOutcome.Cancelled })
            ring.Add(rows: 1, outcome, new(0, 0, 0.01, 0));

        var minute = ring.LastMinute();

        Assert.Equal((6, 2, 1), (minute.Requests, minute.Failed, minute.Limited));
        Assert.InRange(minute.P99Milliseconds!.Value, 9.5, 10.5);
    }

    [Fact]
    public void Calls_that_waited_at_the_same_time_are_what_all_of_the_minute_waited_those_that_were_turned_away_too()
    {
        var ring = new TrafficRing(_clock);
        ring.Add(rows: 1, PredictOutcome.Ok, new(0, 600, 0.01, 0));
        _clock.Now += TimeSpan.FromSeconds(70);
        for (var call = 0; call < 60; call++)
            ring.Add(rows: 1, call % 2 == 0 ? PredictOutcome.Ok : PredictOutcome.Limited, new(0, 2, 0.01, 0));

        Assert.Equal(2, ring.LastMinute().Waiting, 1e-9);
    }

    [Fact]
    public void Seconds_are_listed_oldest_first_and_fall_out_after_the_window()
    {
        var ring = new TrafficRing(_clock);
        ring.Add(rows: 5, PredictOutcome.Ok, new(0, 0, 0.001, 0));
        _clock.Now += TimeSpan.FromSeconds(2);
        ring.Add(rows: 0, PredictOutcome.Failed, new(0, 0, 0.002, 0));

        var stats = ring.Read();
        Assert.Equal((2, 1, 5), (stats.Requests, stats.Errors, stats.Rows));
        Assert.Equal(TrafficRing.WindowSeconds, stats.Seconds.Count);
        Assert.Equal([(1, 0), (0, 0), (1, 1)], stats.Seconds.TakeLast(3).Select(second => (second.Requests, second.Errors)));
        Assert.Equal(_clock.Now, stats.Seconds[^1].At);

        _clock.Now += TimeSpan.FromSeconds(TrafficRing.WindowSeconds + 10);
        stats = ring.Read();
        Assert.Equal((0, 0, 0, null), (stats.Requests, stats.Errors, stats.Rows, stats.P50Milliseconds));
        Assert.All(stats.Seconds, second => Assert.Equal(0, second.Requests));
    }

    private sealed class WholeSecondClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
