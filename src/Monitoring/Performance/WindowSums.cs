using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Performance;

/// <summary>Which window something is counted in.</summary>
internal readonly record struct WindowKey(DateTimeOffset Hour, string Model, int Version, string Slice, string Value)
{
    public static DateTimeOffset HourOf(DateTimeOffset at) => new(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset DayOf(DateTimeOffset at) => new(at.Year, at.Month, at.Day, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>What is to be added to windows, collected in memory and written together.</summary>
internal sealed class WindowSums
{
    private readonly Dictionary<WindowKey, PerformanceCounts> _sums = [];

    /// <summary>The sums for a window, to add to.</summary>
    public PerformanceCounts this[WindowKey key] => _sums.TryGetValue(key, out var counts) ? counts : _sums[key] = new();

    /// <summary>Adds them to the rows, in the transaction of whoever saves.</summary>
    public async Task Write(AssayDb db, string endpoint, CountState state, CancellationToken cancel)
    {
        state.Revision++;
        foreach (var (key, counts) in _sums)
        {
            var isDay = key.Hour < state.DaysUntil;
            var (from, hours) = (isDay ? WindowKey.DayOf(key.Hour) : key.Hour, isDay ? 24 : 1);
            var row = db.PerformanceWindows.Local.FirstOrDefault(IsIt)
                ?? await db.PerformanceWindows.SingleOrDefaultAsync(
                    row => row.Endpoint == endpoint && row.Slice == key.Slice && row.From == from && row.Hours == hours
                        && row.Model == key.Model && row.Version == key.Version && row.Value == key.Value,
                    cancel);
            if (row is null)
            {
                row = new() { Endpoint = endpoint, From = from, Hours = hours, Model = key.Model, Version = key.Version, Slice = key.Slice, Value = key.Value };
                db.PerformanceWindows.Add(row);
            }

            var sum = row.ReadCounts();
            sum.Add(counts);
            row.Write(sum);

            bool IsIt(PerformanceWindow row) =>
                (row.Endpoint, row.Slice, row.From, row.Hours, row.Model, row.Version, row.Value)
                == (endpoint, key.Slice, from, hours, key.Model, key.Version, key.Value);
        }
    }
}
