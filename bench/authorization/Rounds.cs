using System.Diagnostics;

namespace Assay.AuthorizationBench;

/// <summary>Time per call, by alternating short rounds so that both ways see the same machine; the median round counts.</summary>
internal static class Rounds
{
    private const int Count = 15;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(250);

    public static double Microseconds(Action call)
    {
        Once(call);   // compiled and warm
        return Median(Enumerable.Range(0, Count).Select(_ => Once(call)));
    }

    public static async Task<(double First, double Second)> Microseconds(Func<Task> first, Func<Task> second)
    {
        for (var warm = 0; warm < 4; warm++)
            (_, _) = (await Once(first), await Once(second));
        var rounds = new List<(double First, double Second)>();
        for (var round = 0; round < Count; round++)
            rounds.Add((await Once(first), await Once(second)));
        return (Median(rounds.Select(round => round.First)), Median(rounds.Select(round => round.Second)));
    }

    private static double Once(Action call)
    {
        const int AtOnce = 1000;   // a look at the clock costs as much as a decision
        var (started, calls) = (Stopwatch.GetTimestamp(), 0L);
        do
        {
            for (var i = 0; i < AtOnce; i++)
                call();
            calls += AtOnce;
        }
        while (Stopwatch.GetElapsedTime(started) < Length);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / calls;
    }

    private static async Task<double> Once(Func<Task> call)
    {
        var (started, calls) = (Stopwatch.GetTimestamp(), 0L);
        do
        {
            await call();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(started) < Length);
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / calls;
    }

    private static double Median(IEnumerable<double> times) => times.Order().ElementAt(Count / 2);
}
