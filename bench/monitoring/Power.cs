using Assay.Statistics.Intervals;

namespace Assay.MonitoringBench;

/// <summary>How often a shift by half a standard deviation in one of 50 features is found within 500 rows.</summary>
internal static class Power
{
    private const double Shift = 0.5;
    private const double BarShare = 0.95;
    private const int ShapesInTurn = 5;

    public static bool Run(bool small)
    {
        var rounds = small ? 200 : 1000;
        Console.WriteLine($"Power: {rounds:N0} windows of {Simulated.WindowRows} rows, {Simulated.Features} features of which one moves by {Shift} standard deviations");
        var (found, normal, normalFound) = (0, 0, 0);
        Parallel.For(0, rounds, round =>
        {
            var random = new Random(1_000_000 + round);
            var moved = round % Simulated.Features;
            if (!new Simulated(random).Drifted(random, moved, Shift).Any(result => result.Name == $"f{moved}"))
            {
                if (moved % ShapesInTurn < 2)
                    Interlocked.Increment(ref normal);
                return;
            }

            Interlocked.Increment(ref found);
            if (moved % ShapesInTurn >= 2)
                return;
            Interlocked.Increment(ref normal);
            Interlocked.Increment(ref normalFound);
        });
        return Print("found, all shapes", found, rounds) & Print("found, normal features", normalFound, normal);
    }

    private static bool Print(string what, int count, int of)
    {
        var interval = ShareInterval.Wilson(count, of)!;
        var share = (double)count / of;
        return Bar.Print(what, $"{100 * share:F1} % ({100 * interval.Low:F1} to {100 * interval.High:F1} %)", "95 %", share >= BarShare);
    }
}
