using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Sketches;

namespace Assay.Tests.Monitoring;

/// <summary>Bounds of the operations that the first windows of a version make.</summary>
public sealed class LearnedOperationsTests
{
    private static readonly ProcessLoad Idle = new(() => TimeSpan.Zero, () => (300, 1200));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_usual_of_the_first_windows_is_the_bound_of_the_last_minute_for_as_long_as_the_version_answers()
    {
        await using var watched = await WatchedServer.Start();
        await Rules(watched, new AlertRule(RuleSignal.P99Milliseconds, LearnWindows: 10), new AlertRule(RuleSignal.ErrorShare, LearnWindows: 10));
        await Minute(watched, p99: 20);   // of which only a part was seen
        for (var minute = 0; minute < 10; minute++)
        {
            await Minute(watched, p99: minute == 5 ? 26 : 20 + (minute % 3));
            if (minute == 3)
                Assert.All((await Learned(watched))!, rule => Assert.Equal((4, null), (rule.Windows, rule.Bound)));
        }

        await Minute(watched, p99: 25, failed: 1);   // one call of two hundred, where none failed before, is nothing
        Assert.Empty(await watched.Alerts());
        Assert.Equal([(0, 10, true), (1, 10, true)], (await Learned(watched))!.Select(rule => (rule.Rule, rule.Windows, rule.Bound > 0)));
        var learned = (await watched.Show()).Windows.Where(window => window.Operations.Count > 0).Select(window => window.Id).Order().Take(10).ToList();
        await Minute(watched, p99: 40, failed: 10);
        var alert = Assert.Single(await watched.Alerts());
        Assert.Equal(AlertSources.Operations, alert.Source);
        Assert.Contains("learned from the version's first 10 windows", alert.Summary, StringComparison.Ordinal);
        Assert.Equal(["error share", "p99 milliseconds"], alert.Features.Order());
        var signals = (await watched.Get<AlertDetail>($"/api/v1/alerts/{alert.Id}")).Signals;
        Assert.Equal(0.01, signals.Single(signal => signal.Name == "error share").Bound, 9);
        Assert.InRange(signals.Single(signal => signal.Name == "p99 milliseconds").Bound, 25.5, 27.5);

        Assert.Empty(learned.Except((await watched.Show()).Windows.Select(window => window.Id)));   // though no more than ten are kept otherwise

        watched.Traffic.Serve(2);   // of which nothing is known yet
        await Minute(watched, p99: 400);
        watched.Clock.Move(TimeSpan.FromMinutes(2));
        await watched.Tick();
        Assert.Equal(AlertState.Closed, Assert.Single(await watched.Alerts()).State);
    }

    [Fact]
    public void A_minute_counts_once_it_is_over_if_it_had_calls_enough_and_one_version_answered_it()
    {
        var (minutes, now, served) = (new OperationMinutes(), DateTimeOffset.UnixEpoch, new Traffic().List()[0]);
        var busy = new EndpointHealth(200, 4, 0, 5, 9, 20);
        minutes.Look(served, busy, Idle, now);
        minutes.Look(served, busy, Idle, now.AddSeconds(58));
        Assert.Empty(minutes.Figures);
        minutes.Look(served, busy, Idle, now.AddSeconds(60));
        minutes.Look(served, busy with { P99Milliseconds = 30 }, Idle, now.AddSeconds(120));
        minutes.Look(served, busy with { Requests = 19 }, Idle, now.AddSeconds(180));

        var latency = minutes.Figures.Single(each => each.Signal == RuleSignal.P99Milliseconds);
        Assert.Equal((2, 25, 5, 20, 30), (latency.Minutes, latency.Mean, latency.Deviation, latency.Least, latency.Most));
        Assert.Equal(0.02, minutes.Figures.Single(each => each.Signal == RuleSignal.ErrorShare).Mean);

        minutes.Look(served with { Version = 2, Digest = "sha256:2" }, busy, Idle, now.AddSeconds(240));
        Assert.Empty(minutes.Figures);
    }

    [Fact]
    public void Figures_that_are_put_together_are_those_of_all_minutes()
    {
        double[] some = [3, 5, 4, 9], others = [12, 2, 8];

        var both = Assert.Single(OperationFigures.Merge(OperationFigures.Read(OperationFigures.Write([Of(some)])), [Of(others)]));

        var all = Of([.. some, .. others]);
        Assert.Equal((all.Minutes, all.Least, all.Most), (both.Minutes, both.Least, both.Most));
        Assert.Equal(all.Mean, both.Mean, 12);
        Assert.Equal(all.Deviation, both.Deviation, 12);

        static OperationFigures Of(double[] values)
        {
            var moments = new Moments();
            foreach (var value in values)
                moments.Add(value);
            return OperationFigures.Of(RuleSignal.WaitingCalls, moments);
        }
    }

    private static async Task<IReadOnlyList<LearnedRule>?> Learned(WatchedServer watched) => (await watched.Get<RuleSet>("/api/v1/monitors/churn/rules")).Learned;

    private static async Task Minute(WatchedServer watched, double p99, int failed = 0)
    {
        watched.Traffic.LastMinute = new(200, failed, 0, 4, 9, p99);
        watched.Clock.Move(TimeSpan.FromMinutes(1));
        watched.Traffic.Predict(500);
        await watched.Tick();
    }

    private static async Task Rules(WatchedServer watched, params AlertRule[] rules)
    {
        using var answer = await watched.Server.Admin.PutAsJsonAsync("/api/v1/monitors/churn/rules", new RuleSet(rules), AssayJson.Options, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
