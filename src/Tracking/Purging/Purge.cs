using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Purging;

/// <summary>
/// Goes through what the current project has deleted before a time: runs, then logged models, then experiments, a page of
/// one kind at a time, so that a caller can show how far it is and nothing is held up for long.
/// </summary>
internal sealed class Purge(AssayDb db, RunRemoval runs, ModelRemoval models, ExperimentRemoval experiments)
{
    /// <summary>Looks at the next page, and takes what is on it away unless the run is dry.</summary>
    /// <param name="before">What was deleted at this time or earlier is looked at.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <exception cref="Refusal">The cursor is none.</exception>
    public async Task<Page<PurgeItem>> Next(DateTimeOffset before, string? cursor, int limit, bool dryRun, CancellationToken cancel)
    {
        var (kind, after) = Read(cursor);
        var items = new List<PurgeItem>();
        var last = kind switch
        {
            PurgeKind.Run => await Runs(after, before, limit, dryRun, items, cancel),
            PurgeKind.LoggedModel => await Models(after, before, limit, dryRun, items, cancel),
            _ => await Experiments(after, before, limit, dryRun, items, cancel),
        };
        var next = last is { } key ? $"{kind}:{key}" : kind == PurgeKind.Experiment ? null : $"{kind + 1}:{long.MinValue}";
        return new(items, next);
    }

    private async Task<long?> Runs(long after, DateTimeOffset before, int limit, bool dryRun, List<PurgeItem> items, CancellationToken cancel)
    {
        var found = await db.Runs.AsNoTracking().Where(row => row.Key > after && row.Lifecycle == Lifecycle.Deleted && row.DeletedAt <= before)
            .OrderBy(row => row.Key).Take(limit).ToListAsync(cancel);
        foreach (var run in found)
            Add(items, await runs.Remove(run, before, dryRun, cancel));
        return found.Count == limit ? found[^1].Key : null;
    }

    private async Task<long?> Models(long after, DateTimeOffset before, int limit, bool dryRun, List<PurgeItem> items, CancellationToken cancel)
    {
        var found = await db.LoggedModels.AsNoTracking().Where(row => row.Key > after && row.Lifecycle == Lifecycle.Deleted && row.UpdatedAt <= before)
            .OrderBy(row => row.Key).Take(limit).ToListAsync(cancel);
        foreach (var model in found)
            Add(items, await models.Remove(model, before, dryRun, cancel));
        return found.Count == limit ? found[^1].Key : null;
    }

    private async Task<long?> Experiments(long after, DateTimeOffset before, int limit, bool dryRun, List<PurgeItem> items, CancellationToken cancel)
    {
        var found = await db.Experiments.AsNoTracking().Where(row => row.Key > after && row.Lifecycle == Lifecycle.Deleted && row.UpdatedAt <= before)
            .OrderBy(row => row.Key).Take(limit).ToListAsync(cancel);
        foreach (var experiment in found)
            Add(items, await experiments.Remove(experiment, before, dryRun, cancel));
        return found.Count == limit ? found[^1].Key : null;
    }

    private void Add(List<PurgeItem> items, PurgeItem? item)
    {
        db.ChangeTracker.Clear();
        if (item is not null)
            items.Add(item);
    }

    private static (PurgeKind Kind, long After) Read(string? cursor)
    {
        if (cursor is null)
            return (PurgeKind.Run, long.MinValue);
        var colon = cursor.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Enum.TryParse<PurgeKind>(cursor[..colon], out var kind) && Enum.IsDefined(kind)
            && long.TryParse(cursor[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var after)
            ? (kind, after)
            : throw Refusal.Invalid("cursor", $"'{cursor}' is no cursor of a purge. Pass nextCursor of the page before.");
    }
}
