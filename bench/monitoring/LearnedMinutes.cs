using Assay.Monitoring.Rules;
using Assay.Statistics.Sketches;

namespace Assay.MonitoringBench;

/// <summary>How often minutes are above a bound of latency that was learned of the first ones: where nothing changes, and where it doubles.</summary>
internal static class LearnedMinutes
{
    private const int Learned = 30;
    private const int Judged = 1000;
    private const int OnEnd = 5;   // minutes without a break, as by forSeconds 300
    private static readonly AlertRule Rule = new(RuleSignal.P99Milliseconds, LearnWindows: Learned);

    public static bool Run(bool small)
    {
        var series = small ? 20 : 100;
        Console.WriteLine($"Learned bounds of operations: {series} series of {Judged:N0} minutes, the 99th percentile of log-normal times, learned of {Learned} minutes");
        var reached = true;
        foreach (var calls in (int[])[50, 200, 2000])
        {
            var (above, alarms, found) = (0, 0, 0);
            Parallel.For(0, series, each =>
            {
                var random = new Random((calls * 1000) + each);
                var bound = Bound(calls, random);
                var steady = Enumerable.Range(0, Judged).Select(_ => Percentile(calls, random) > bound).ToArray();
                Interlocked.Add(ref above, steady.Count(minute => minute));
                Interlocked.Add(ref alarms, IsOnEnd(steady) ? 1 : 0);
                Interlocked.Add(ref found, IsOnEnd([.. Enumerable.Range(0, 2 * OnEnd).Select(_ => 2 * Percentile(calls, random) > bound)]) ? 1 : 0);
            });
            Console.WriteLine($"  {calls:N0} calls a minute: {100.0 * above / series / Judged:F2} % of steady minutes are above; twice the time is above for {OnEnd} of {2 * OnEnd} minutes on end in {100.0 * found / series:F0} % of series");
            reached &= Bar.Print($"series with {OnEnd} steady minutes on end above", $"{100.0 * alarms / series:F1} %", "1 %", alarms <= 0.01 * series);
        }

        return reached;
    }

    private static double Bound(int calls, Random random)
    {
        var minutes = new Moments();
        for (var minute = 0; minute < Learned; minute++)
            minutes.Add(Percentile(calls, random));
        return MinuteBounds.Bound(Rule, minutes);
    }

    private static double Percentile(int calls, Random random)
    {
        const double Spread = 0.6;
        var times = Draws.Normal(calls, random);
        Array.Sort(times);
        return 20 * Math.Exp(Spread * times[(int)Math.Ceiling(0.99 * calls) - 1]);
    }

    private static bool IsOnEnd(bool[] minutes)
    {
        var run = 0;
        return Array.Exists(minutes, minute => (run = minute ? run + 1 : 0) == OnEnd);
    }
}
