using System.Globalization;
using Assay.Data;
using Assay.Kernel;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Pipelines;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.LoggedRows;

/// <summary>Rows to compare with.</summary>
/// <param name="Key">The same for as long as they are the same rows.</param>
/// <param name="Note">Where they are from, a sentence.</param>
/// <param name="Draw">Draws them.</param>
internal sealed record FoundReference(string Key, string Note, Func<CancellationToken, Task<DrawnRows>> Draw);

/// <summary>
/// Finds the rows that live ones are compared with: the fixed window that is the monitor's reference; else the rows that the
/// version was trained on, where it was trained here and its datasets are there; else the first rows of the version that the
/// log still has.
/// </summary>
internal sealed class ReferenceRows(AssayDb db, IPredictionLog log, ITrainings trainings, IDatasets datasets)
{
    public const int ReadMax = 100_000;
    private const int FirstTimes = 2;   // of the first rows of the log twice as many as are drawn are read

    /// <summary>That more rows came than are read; null when all were read.</summary>
    public static string? CutNote(SampledTime now) => now.Read >= ReadMax
        ? string.Create(CultureInfo.InvariantCulture, $"More than {ReadMax:N0} rows came in this time: drawn of those alone.")
        : null;

    /// <summary>The rows, or why there are none.</summary>
    /// <param name="served">The endpoint.</param>
    /// <param name="settings">Of its monitor.</param>
    /// <param name="count">Rows to draw.</param>
    /// <param name="cancel">Stops looking.</param>
    /// <param name="firstCount">Rows to draw where the first ones of the log are all there is, if fewer: whatever is read of these is no part of what is compared.</param>
    public async Task<(FoundReference? Found, string? Trouble)> Find(ServedEndpoint served, MonitorSettings settings, int count, CancellationToken cancel, int? firstCount = null)
    {
        if (settings.Reference is { Kind: ReferenceKind.Fixed, Window: { } id })
            return await Window(served, id, count, cancel);
        var trained = settings.Reference is { Kind: ReferenceKind.Sliding or ReferenceKind.First } ? [] : await Trained(served, cancel);
        return (trained.Count > 0 ? OfTraining(served, trained, count) : First(served, firstCount ?? count), null);
    }

    private async Task<(FoundReference? Found, string? Trouble)> Window(ServedEndpoint served, string id, int count, CancellationToken cancel)
    {
        var window = await db.EvaluatedWindows.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Endpoint == served.Name && row.Version == served.Version, cancel);
        if (window is null)
            return (null, $"Window {id}, the reference, is of another version than the one that answers, or not kept any more: choose another.");
        var wish = new SampleWish(window.From, window.To, IsOldestFirst: true, ReadMax);
        return (new($"window {id}, {count}", $"Compared with rows of window {id}.", cancel => new LiveSample(log).Draw(served, wish, count, cancel)), null);
    }

    /// <summary>The first rows of the version that the log still has, of those until a time where one is given.</summary>
    public FoundReference First(ServedEndpoint served, int count, DateTimeOffset? until = null)
    {
        var wish = new SampleWish(DateTimeOffset.UnixEpoch, until ?? DateTimeOffset.MaxValue, IsOldestFirst: true, count * FirstTimes);
        return new(
            $"first rows, {count}",
            "Compared with the first rows of the version that the log still has: the rows that it was trained on are not here, the log is kept for some days, and older ones say nothing any more.",
            cancel => new LiveSample(log).Draw(served, wish, count, cancel));
    }

    private FoundReference OfTraining(ServedEndpoint served, List<DatasetVersionDetail> trained, int count)
    {
        var names = string.Join(", ", trained.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Version.Dataset}, version {one.Version.Version}")));
        return new(
            $"training {names}, {count}",
            $"Compared with rows of {names}, on which the version was trained.",
            cancel => Draw([.. served.Baseline.Features.Select(feature => feature.Name)], trained, count, cancel));
    }

    // The versions of datasets that it learned from; none where one is gone or lacks an input.
    private async Task<List<DatasetVersionDetail>> Trained(ServedEndpoint served, CancellationToken cancel)
    {
        var recipe = await trainings.FindRecipe(served.Model, served.Version, cancel);
        List<DatasetVersionDetail> found = [];
        foreach (var dataset in recipe?.Datasets ?? [])
        {
            if (await datasets.Find(dataset.Name, dataset.Version, cancel) is not { } version
                || !served.Baseline.Features.All(feature => version.Profile.Any(column => column.Name == feature.Name)))
                return [];
            found.Add(version);
        }

        return found;
    }

    // Of each as many as its share of all rows.
    private async Task<DrawnRows> Draw(List<string> inputs, List<DatasetVersionDetail> trained, int count, CancellationToken cancel)
    {
        var (all, read, rows) = (trained.Sum(one => one.Version.Rows), 0L, new List<IReadOnlyList<string?>>(count));
        foreach (var one in trained)
        {
            var part = (int)Math.Round((double)count * one.Version.Rows / Math.Max(1, all));
            if (part == 0 || await datasets.Sample(one.Version.Dataset, one.Version.Version, inputs, part, cancel) is not { } sample)
                continue;
            read += sample.Read;
            rows.AddRange(sample.Rows);
        }

        var time = rows.Count == 0 ? null : new SampledTime(trained.Min(one => one.Version.CreatedAt), trained.Max(one => one.Version.CreatedAt), read, rows.Count);
        return new(time, rows, [.. inputs.Select(_ => true)]);
    }
}
