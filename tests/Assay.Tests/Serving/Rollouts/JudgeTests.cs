using Assay.Serving.Live;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Judging;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>The rules and the course without a host: from figures to a decision.</summary>
public sealed class JudgeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_quantile_that_is_three_times_the_stable_arms_is_a_breach_and_an_equal_one_is_not()
    {
        var plan = Plan(new RolloutAnalysis(MaxP99Ratio: 1.5));
        Assert.Equal(RolloutCheckState.Breached, Latency(plan, 2000, 2.0, 400, 6.0).State);
        Assert.Equal(RolloutCheckState.Holding, Latency(plan, 2000, 2.0, 400, 2.0).State);
        Assert.Equal(RolloutCheckState.Waiting, Latency(plan, 50, 2.0, 400, 6.0).State);
    }

    [Fact]
    public void Seconds_and_minutes_breach_a_bound_as_milliseconds_do()
    {
        var plan = Plan(new RolloutAnalysis(MaxP99Milliseconds: 5000));
        Assert.Equal(RolloutCheckState.Breached, Latency(plan, 2000, 4000, 400, 9000, "maxP99Milliseconds").State);
        Assert.Equal(RolloutCheckState.Holding, Latency(plan, 2000, 4000, 400, 4000, "maxP99Milliseconds").State);
        Assert.Equal(RolloutCheckState.Breached, Latency(Plan(new RolloutAnalysis(MaxP99Ratio: 1.5)), 2000, 60_000, 400, 180_000).State);
    }

    // 100 looks at arms that are equally fast: log-normal times, as requests have them.
    [Fact]
    public void Looking_often_at_equal_latencies_seldom_rolls_back()
    {
        var random = new Random(99);
        var plan = Plan(new RolloutAnalysis(MaxP95Ratio: 1.1, CompareErrors: false));
        var alarms = 0;
        for (var run = 0; run < 100; run++)
        {
            var (stable, candidate) = (new long[LatencyBins.Count], new long[LatencyBins.Count]);
            for (var look = 0; look < 100; look++)
            {
                for (var request = 0; request < 20; request++)
                    (random.NextDouble() < 0.25 ? candidate : stable)[LatencyBins.Of(0.002 * Math.Exp(Normal(random)))]++;
                if (new Judge(plan, 1).Check(Arm("stable", stable), Arm("candidate", candidate), 0.25).Any(check => check.State == RolloutCheckState.Breached))
                {
                    alarms++;
                    break;
                }
            }
        }

        Assert.InRange(alarms, 0, 5);
    }

    [Fact]
    public void A_refusal_by_the_candidate_alone_counts_as_an_error_but_not_as_a_failure()
    {
        var plan = Plan(new RolloutAnalysis(MaxErrorRate: 0.01));
        var checks = new Judge(plan, 1).Check(Arm("stable", new long[LatencyBins.Count]) with { Requests = 100 }, Arm("candidate", new long[LatencyBins.Count]) with { Requests = 100, Refused = 60 }, 0.5).ToList();
        Assert.Equal([("compareErrors", RolloutCheckState.Breached), ("maxErrorRate", RolloutCheckState.Holding)], checks.Select(check => (check.Rule, check.State)));
    }

    [Fact]
    public void What_no_rule_could_look_at_holds_a_step_and_a_breach_does_not_wait_for_it()
    {
        var plan = PlanCheck.Complete(new RolloutPlan(Steps: [new(50, 60)], Analysis: new RolloutAnalysis(MaxPsi: 0.1, MaxErrorRate: 0.1)));
        var (stable, candidate) = (Arm("stable", new long[LatencyBins.Count]), Arm("candidate", new long[LatencyBins.Count]) with { Requests = 500 });
        Decision Next(ArmEvidence answered, ArmEvidence tried) => Course.Next(plan, new Position(0, Noon, null), [.. new Judge(plan, 1).Check(answered, tried, 0.5)], [tried], Noon.AddSeconds(60));
        Assert.Equal((Move.Hold, true), (Next(stable, candidate).Move, Next(stable, candidate).Sentence!.Contains("compareErrors", StringComparison.Ordinal)));
        var busy = stable with { Requests = 500 };
        Assert.Equal((Move.Hold, true), (Next(busy, candidate).Move, Next(busy, candidate).Sentence!.Contains("maxPsi", StringComparison.Ordinal)));
        Assert.Equal(Move.RollBack, Next(busy, candidate with { Failed = 300 }).Move);
        long[] scores = [250, 250, 0];
        Assert.Equal(Move.Promote, Next(busy with { Scores = scores, ScoresOfRequests = scores }, candidate with { Scores = scores, ScoresOfRequests = scores }).Move);
    }

    [Theory]
    [InlineData(0, 59, 100, false, false, "Stay")]
    [InlineData(0, 60, 100, false, false, "NextStep")]
    [InlineData(0, 60, 99, false, false, "Stay")]
    [InlineData(1, 60, 100, false, false, "Promote")]
    [InlineData(1, 60, 100, true, false, "Stay")]
    [InlineData(0, 1, 5, true, true, "RollBack")]
    [InlineData(2, 9999, 9999, false, false, "Stay")]
    public void The_next_move_follows_from_step_time_requests_and_breaches(int step, int seconds, long requests, bool paused, bool breached, string move)
    {
        var steps = new List<RolloutStep> { new(10, 60), new(50, 60) };
        if (step == 2)
            steps.Add(new(60, null));
        var plan = PlanCheck.Complete(new RolloutPlan(Steps: steps));
        RolloutCheck[] checks = breached ? [new("maxErrorRate", "candidate", RolloutCheckState.Breached, 1, 0.1, 0, "It failed.")] : [];
        var candidate = Arm("candidate", new long[LatencyBins.Count]) with { Requests = requests };
        var position = new Position(step, Noon, paused ? Noon : null);
        Assert.Equal(move, Course.Next(plan, position, checks, [candidate], Noon.AddSeconds(seconds)).Move.ToString());
    }

    private static RolloutCheck Latency(RolloutPlan plan, int stableRequests, double stableMilliseconds, int requests, double milliseconds, string rule = "maxP99Ratio")
    {
        var (stable, candidate) = (new long[LatencyBins.Count], new long[LatencyBins.Count]);
        stable[LatencyBins.Of(stableMilliseconds / 1000)] = stableRequests;
        candidate[LatencyBins.Of(milliseconds / 1000)] = requests;
        return new Judge(plan, 1).Check(Arm("stable", stable), Arm("candidate", candidate), 0.5).Single(check => check.Rule == rule);
    }

    private static RolloutPlan Plan(RolloutAnalysis analysis) => PlanCheck.Complete(new RolloutPlan(Analysis: analysis));

    private static ArmEvidence Arm(string name, long[] latencies) => ArmEvidence.Empty(name) with { Latencies = latencies, Requests = latencies.Sum() };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
