using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Reviews;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Monitoring.Performance;

/// <summary>Labels whose prediction never came to the log were forgotten.</summary>
internal sealed record LabelsDropped(string Endpoint, int Dropped) : LedgerEvent("labels.dropped", $"endpoint:{Endpoint}");

/// <summary>Makes days of old hours, and takes away what is too old.</summary>
internal sealed class WindowAging(AssayDb db, IPredictionLog log, ILedger ledger, IOptions<MonitoringOptions> options, TimeProvider clock)
{
    /// <summary>Brings an endpoint's windows and labels up to date.</summary>
    public async Task Run(string endpoint, CancellationToken cancel)
    {
        await MakeDays(endpoint, cancel);
        await Forget(endpoint, cancel);
    }

    private async Task MakeDays(string endpoint, CancellationToken cancel)
    {
        var until = WindowKey.DayOf(clock.GetUtcNow() - TimeSpan.FromDays(options.Value.HourlyDays));
        while (true)
        {
            var oldest = await db.PerformanceWindows.Where(row => row.Endpoint == endpoint && row.Hours == 1 && row.From < until)
                .OrderBy(row => row.From).Select(row => (DateTimeOffset?)row.From).FirstOrDefaultAsync(cancel);
            if (oldest is not { } hour)
                break;
            await MakeDay(endpoint, WindowKey.DayOf(hour), cancel);
        }
    }

    private async Task MakeDay(string endpoint, DateTimeOffset day, CancellationToken cancel)
    {
        var next = day.AddDays(1);
        var hours = await db.PerformanceWindows.Where(row => row.Endpoint == endpoint && row.Hours == 1 && row.From >= day && row.From < next).ToListAsync(cancel);
        var (state, sums) = (await db.StateOf(endpoint, cancel), new WindowSums());
        state.DaysUntil = state.DaysUntil > next ? state.DaysUntil : next;
        foreach (var hour in hours)
            sums[new(hour.From, hour.Model, hour.Version, hour.Slice, hour.Value)].Add(hour.ReadCounts());
        db.PerformanceWindows.RemoveRange(hours);
        await sums.Write(db, endpoint, state, cancel);
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private async Task Forget(string endpoint, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var logged = now - TimeSpan.FromDays(log.KeepDays(endpoint));
        var dropped = await db.Outcomes.CountAsync(row => row.Endpoint == endpoint && row.State == OutcomeState.Waiting && row.PostedAt < logged, cancel);
        if (dropped > 0)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await db.Outcomes.Where(row => row.Endpoint == endpoint && row.State == OutcomeState.Waiting && row.PostedAt < logged).ExecuteDeleteAsync(cancel);
            ledger.Append(new LabelsDropped(endpoint, dropped));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }

        // Not while the prediction may still be in the log, or the same label would count once more.
        var labels = logged.AddDays(-1) < now - TimeSpan.FromDays(options.Value.LabelDays) ? logged.AddDays(-1) : now - TimeSpan.FromDays(options.Value.LabelDays);
        await db.Outcomes.Where(row => row.Endpoint == endpoint && row.State == OutcomeState.Joined && row.PostedAt < labels).ExecuteDeleteAsync(cancel);
        var windows = now - TimeSpan.FromDays(options.Value.PerformanceDays);
        await db.PerformanceWindows.Where(row => row.Endpoint == endpoint && row.From < windows).ExecuteDeleteAsync(cancel);
        await db.Reviews.Where(row => row.Endpoint == endpoint && row.PredictedAt < logged).ExecuteDeleteAsync(cancel);
        var parts = logged.AddDays(-2);
        await db.CountedParts.Where(row => row.Endpoint == endpoint && row.To < parts).ExecuteDeleteAsync(cancel);
    }
}
