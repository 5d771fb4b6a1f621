using Assay.Statistics.Intervals;

namespace Assay.MonitoringBench;

/// <summary>How often weeks in which nothing changes raise an alarm, with a new model and baseline each week.</summary>
internal static class FalseAlarms
{
    private const int WindowsPerWeek = 7;

    public static bool Run(bool small)
    {
        var weeks = small ? 200 : 1000;
        Console.WriteLine($"False alarms: {weeks:N0} stationary weeks of {WindowsPerWeek} windows of {Simulated.WindowRows} rows, {Simulated.Features} features, index from {Simulated.Rule.PsiThreshold}, level {Simulated.Rule.Significance}");
        var alarms = new int[weeks];
        Parallel.For(0, weeks, week =>
        {
            var random = new Random(week);
            var model = new Simulated(random);
            for (var window = 0; window < WindowsPerWeek; window++)
                alarms[week] += model.Drifted(random).Count > 0 ? 1 : 0;
        });
        var (inWeeks, inWindows) = (alarms.Count(count => count > 0), alarms.Sum());
        return Print("weeks with an alarm", inWeeks, weeks) & Print("windows with an alarm", inWindows, weeks * WindowsPerWeek);
    }

    private static bool Print(string what, int count, int of)
    {
        var interval = ShareInterval.Wilson(count, of)!;
        var share = (double)count / of;
        return Bar.Print(what, $"{100 * share:F2} % ({100 * interval.Low:F2} to {100 * interval.High:F2} %)", $"{100 * Simulated.Rule.Significance:F0} %", share <= Simulated.Rule.Significance);
    }
}
