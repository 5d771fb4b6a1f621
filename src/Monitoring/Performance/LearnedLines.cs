using Assay.Kernel;
using Assay.Monitoring.Kpis;
using Assay.Serving;
using Assay.Statistics.Sketches;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>What was usual on the first days of a version: the mean of a measure over the days, and what lies so many of its deviations off.</summary>
/// <param name="Days">Days that it was learned from.</param>
/// <param name="Mean">Of the days' values.</param>
/// <param name="Margin">So many standard deviations of a sample.</param>
internal sealed record LearnedLine(int Days, double Mean, double Margin)
{
    public double Low => Mean - Margin;

    public double High => Mean + Margin;
}

/// <summary>
/// Learns bounds from the first days of the version that answers: those with enough rows, before the time that is judged, so that no
/// day is judged by itself.
/// </summary>
internal sealed class LearnedLines(AssayDb db, PerformanceReader reader, KpiReader kpis)
{
    private const int LookTimes = 3;   // days without labels don't count, and three times as many are looked at

    /// <summary>The line of a measure; null while the days are not there.</summary>
    public async Task<Func<string, LearnedLine?>> OfPerformance(ServedEndpoint served, LearnedBounds learned, bool isRealised, DateTimeOffset before, CancellationToken cancel)
    {
        if (await Begin(served, Slices.All, cancel) is not { } first)
            return _ => null;
        var report = await reader.Read(served.Name, Early(first, learned), cancel);
        var days = report.Windows.Where(row => row.Version == served.Version && row.Model == served.Model && row.From.AddHours(row.Hours) <= before).ToList();
        return name => Line(learned, days.Select(row => (isRealised ? row.Realised : row.Estimated).FirstOrDefault(measure => measure.Name == name)?.Value));
    }

    /// <summary>The line of the mean of a number of the business; null while the days are not there.</summary>
    public async Task<LearnedLine?> OfKpi(ServedEndpoint served, LearnedBounds learned, string name, DateTimeOffset before, CancellationToken cancel)
    {
        if (await Begin(served, Slices.OfNumber(name), cancel) is not { } first)
            return null;
        var report = await kpis.Read(served.Name, Early(first, learned), cancel);
        return Line(learned, report.Windows
            .Where(row => row.Name == name && row.Version == served.Version && row.Model == served.Model && row.From.AddHours(row.Hours) <= before)
            .Select(row => row.Mean.Value));
    }

    /// <summary>The line that the first values make, as many as are wanted; null while they are fewer.</summary>
    public static LearnedLine? Line(LearnedBounds learned, IEnumerable<double?> days)
    {
        var moments = new Moments();
        foreach (var value in days.OfType<double>().Take(learned.Days))
            moments.Add(value);
        return moments.Count < learned.Days
            ? null
            : new(learned.Days, moments.Mean, learned.Deviations * moments.StandardDeviation * Math.Sqrt(learned.Days / (learned.Days - 1.0)));
    }

    private async Task<DateTimeOffset?> Begin(ServedEndpoint served, string slice, CancellationToken cancel) => await db.PerformanceWindows.AsNoTracking()
        .Where(row => row.Endpoint == served.Name && row.Slice == slice && row.Model == served.Model && row.Version == served.Version)
        .OrderBy(row => row.From).Select(row => (DateTimeOffset?)row.From).FirstOrDefaultAsync(cancel);

    private static WindowQuery Early(DateTimeOffset first, LearnedBounds learned) => new(first, first.AddDays(LookTimes * learned.Days), "day", null);
}
