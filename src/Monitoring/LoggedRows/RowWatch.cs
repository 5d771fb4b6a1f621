using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Serving;

namespace Assay.Monitoring.LoggedRows;

/// <summary>A way of comparing the newest rows of an endpoint's log with those of the reference.</summary>
internal interface IRowWatch
{
    /// <summary>Whether the time of a comparison has come.</summary>
    Task<bool> IsDue(ServedEndpoint served, CancellationToken cancel);

    /// <summary>Compares now, if it can be told.</summary>
    Task Compare(ServedEndpoint served, CancellationToken cancel);
}

/// <summary>What every watch works with.</summary>
internal sealed record RowTools(AssayDb Db, IPredictionLog Log, ReferenceRows References, TimeProvider Clock);

/// <summary>How many rows are compared.</summary>
/// <param name="Drawn">Of each side, at most.</param>
/// <param name="Fewest">Of each side, at least.</param>
/// <param name="First">Of the first rows of the log, where they are the reference; null for as many as of any other.</param>
internal sealed record RowCounts(int Drawn, int Fewest, int? First = null);

/// <summary>Rows to compare.</summary>
/// <param name="Note">Where the reference is from, a sentence.</param>
/// <param name="Reference">Its rows.</param>
/// <param name="Before">When they came.</param>
/// <param name="Current">Those that came since, and were not compared before.</param>
/// <param name="Now">When they came.</param>
/// <param name="From">They came after that.</param>
internal sealed record RowsToCompare(string Note, DrawnRows Reference, SampledTime Before, DrawnRows Current, SampledTime Now, DateTimeOffset From);

/// <summary>What the watches have in common. The result and its alert are one transaction.</summary>
internal abstract class RowWatch<TRow, TResult>(RowTools tools) : IRowWatch
    where TRow : KeptComparison<TResult>
    where TResult : class
{
    protected RowTools Tools => tools;

    /// <summary>Minutes from one comparison to the next; null where none is wanted.</summary>
    protected abstract Task<int?> EveryMinutes(ServedEndpoint served, CancellationToken cancel);

    /// <summary>Compares now; null and why when it can't be told.</summary>
    public abstract Task<(TResult? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel);

    public Task Compare(ServedEndpoint served, CancellationToken cancel) => Run(served, cancel);

    public async Task<bool> IsDue(ServedEndpoint served, CancellationToken cancel) =>
        await EveryMinutes(served, cancel) is { } minutes
        && (await tools.Db.LastComparison<TRow>(served, cancel) is not { } last || tools.Clock.GetUtcNow() - last.At >= TimeSpan.FromMinutes(minutes));

    /// <summary>Draws the rows of both sides.</summary>
    protected async Task<(RowsToCompare? Rows, string? Unknown)> Draw(
        ServedEndpoint served, MonitorSettings settings, RowCounts counts, DateTimeOffset? compared, CancellationToken cancel)
    {
        var (found, trouble) = await tools.References.Find(served, settings, counts.Drawn, cancel, counts.First);
        if (found is null)
            return (null, trouble);
        var reference = await found.Draw(cancel);
        if (reference.Time is not { } before || before.Drawn < counts.Fewest)
            return (null, $"The reference has {reference.Time?.Read ?? 0} rows of version {served.Version}, and {counts.Fewest} are needed: see that calls are logged. {found.Note}");

        // What was compared before is not compared again; the row's own columns are not as exact as the log's times.
        var from = compared > before.To ? compared.Value : before.To;
        var current = await new LiveSample(tools.Log).Draw(served, SampleWish.Since(from), counts.Drawn, cancel);
        return current.Time is { } now && now.Drawn >= counts.Fewest
            ? (new(found.Note, reference, before, current, now, from), null)
            : (null, $"The prediction log has {current.Time?.Read ?? 0} rows since {Finding.Moment(from)}, and {counts.Fewest} are needed.");
    }

    /// <summary>Keeps a comparison together with what is told about it, and forgets the oldest ones.</summary>
    protected async Task Keep(TRow row, int kept, Func<Task> tell, CancellationToken cancel)
    {
        tools.Db.Set<TRow>().Add(row);
        await tell();
        await tools.Db.SaveChangesAsync(cancel);
        await tools.Db.ForgetComparisons<TRow>(row.Endpoint, kept, cancel);
    }
}
