using System.Diagnostics;

namespace Assay.InferenceBench;

/// <summary>Calls per second, by alternating short rounds so that both ways see the same machine; the median round counts.</summary>
internal static class Rate
{
    private const int Rounds = 5;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);

    public static (double First, double Second) Compare(Action first, Action second)
    {
        Once(first);
        Once(second);   // compiled and warm
        var rates = Enumerable.Range(0, Rounds).Select(_ => (First: Once(first), Second: Once(second))).ToList();
        return (Median(rates.Select(rate => rate.First)), Median(rates.Select(rate => rate.Second)));
    }

    public static async Task<(double First, double Second)> Compare(Func<CancellationToken, Task<long>> first, Func<CancellationToken, Task<long>> second)
    {
        await Once(first);
        await Once(second);
        var rates = new List<(double First, double Second)>();
        for (var round = 0; round < Rounds; round++)
            rates.Add((await Once(first), await Once(second)));
        return (Median(rates.Select(rate => rate.First)), Median(rates.Select(rate => rate.Second)));
    }

    private static double Once(Action call)
    {
        var started = Stopwatch.GetTimestamp();
        var calls = 0L;
        do
        {
            call();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(started) < RoundTime);
        return calls / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<double> Once(Func<CancellationToken, Task<long>> call)
    {
        var started = Stopwatch.GetTimestamp();
        using var time = new CancellationTokenSource(RoundTime);
        var calls = await call(time.Token);
        return calls / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(IEnumerable<double> rates) => rates.Order().ElementAt(Rounds / 2);
}
