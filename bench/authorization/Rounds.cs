using System.Diagnostics;

namespace Assay.AuthorizationBench;

/// <summary>
/// Time per call, by alternating short rounds so that both ways see the same machine. The fastest tenth of the rounds
/// counts: what other programs take from the machine only adds.
/// </summary>
internal static class Rounds
{
    private const int Count = 200;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(25);

    public static double Microseconds(Action call) => Fast(Enumerable.Range(0, Count).Select(_ => Once(call)));

    public static async Task<(double First, double Second)> Microseconds(Func<Task> first, Func<Task> second)
    {
        var rounds = new List<(double First, double Second)>();
        for (var round = 0; round < Count; round++)
            rounds.Add((await Once(first), await Once(second)));
        return (Fast(rounds.Select(round => round.First)), Fast(rounds.Select(round => round.Second)));
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

    private static double Fast(IEnumerable<double> times) => times.Order().ElementAt(Count / 10);
}
