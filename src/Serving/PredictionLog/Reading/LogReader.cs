using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Reads an endpoint's calls, newest first: those that are in no file yet, and the files, of which only as many are opened as it takes.</summary>
internal sealed class LogReader(AssayDb db, OpenSegments segments, LogWriter writer, IBlobs blobs, IKeyRing keys, ProjectScope project)
{
    private const int FilesMax = 100;

    /// <summary>Refuses an endpoint that neither is nor has left anything.</summary>
    /// <exception cref="Refusal">404.</exception>
    public async Task Demand(string endpoint, CancellationToken cancel)
    {
        if (!await db.Endpoints.AnyAsync(row => row.Name == endpoint, cancel) && !await db.PredictionFiles.AnyAsync(row => row.Endpoint == endpoint, cancel))
            throw Refusal.NotFound("endpoint", endpoint);
    }

    /// <summary>The newest calls that a query wants.</summary>
    /// <returns>The calls, and where to go on; null where there is no more.</returns>
    public async Task<(List<LoggedPrediction> Calls, CallPlace? Next)> Newest(string endpoint, CallQuery query, int size, int rowsMax, CancellationToken cancel)
    {
        var found = new NewestCalls(size + 1);
        var pending = await Pending(endpoint, cancel);
        try
        {
            var files = await Files(endpoint, query.From, query.After is { } after && after.At < query.To ? after.At.AddTicks(1) : query.To, FilesMax + 1, cancel);
            foreach (var segment in pending.Where(segment => files.TrueForAll(file => file.Id != segment.Head.Id)))
                SegmentCalls.Collect(segment, query, found, rowsMax);
            foreach (var file in files.Take(FilesMax).Where(file => query.Outcome is null or "ok" || file.Failures > 0))
            {
                if (!found.WantsBefore(file.To.AddMilliseconds(1)))
                    break;
                await using var opened = await FileCalls.Open(file, blobs, cancel);
                await opened.Collect(query, found, rowsMax, cancel);
            }

            var (calls, next) = Page(found.ToList(), size, files.Count > FilesMax ? files[FilesMax].To : null);
            return (calls, next == query.After ? null : next);   // no way on, so that nobody asks for ever
        }
        finally
        {
            pending.ForEach(segment => segment.Dispose());
        }
    }

    /// <summary>The newest call of an id between two times; null when there is none.</summary>
    public async Task<LoggedPrediction?> Find(string endpoint, string id, (DateTimeOffset From, DateTimeOffset To) when, int rowsMax, CancellationToken cancel)
    {
        var pending = await Pending(endpoint, cancel);
        try
        {
            foreach (var segment in pending)
            {
                if (SegmentCalls.Find(segment, id, rowsMax) is { } call)
                    return call;
            }
        }
        finally
        {
            pending.ForEach(segment => segment.Dispose());
        }

        foreach (var file in await Files(endpoint, when.From, when.To, int.MaxValue, cancel))
        {
            await using var calls = await FileCalls.Open(file, blobs, cancel);
            if (await calls.Find(id, rowsMax, cancel) is { } call)
                return call;
        }

        return null;
    }

    // Files that were not opened may hold newer calls than the last ones found, so the page ends where they begin.
    private static (List<LoggedPrediction> Calls, CallPlace? Next) Page(List<LoggedPrediction> calls, int size, DateTimeOffset? unopened)
    {
        if (unopened is { } border && (calls.Count <= size || calls[size].At <= border))
        {
            var sure = calls.Where(call => call.At > border.AddMilliseconds(1)).Take(size).ToList();
            return (sure, sure.Count == size ? new(sure[^1].At, sure[^1].Id) : new(border.AddMilliseconds(1), ""));
        }

        if (calls.Count <= size)
            return (calls, null);
        calls.RemoveAt(size);
        return (calls, new(calls[^1].At, calls[^1].Id));
    }

    // Opened before the files are looked up: a segment that becomes a file in between is read here, or there, and never twice.
    private async Task<List<SegmentReader>> Pending(string endpoint, CancellationToken cancel)
    {
        await writer.Flush(null, cancel);
        return [.. segments.Of(project.Name!, endpoint).Select(segment => SegmentReader.TryOpen(segment.Path, keys)).OfType<SegmentReader>()];
    }

    // Rows have whole milliseconds, and calls begin in between.
    private Task<List<PredictionFile>> Files(string endpoint, DateTimeOffset from, DateTimeOffset to, int max, CancellationToken cancel)
    {
        var (first, last) = (Earlier(from), Later(to));
        return db.PredictionFiles.AsNoTracking().Where(file => file.Endpoint == endpoint && file.To >= first && file.From < last)
            .OrderByDescending(file => file.To).ThenBy(file => file.Id).Take(max).ToListAsync(cancel);
    }

    private static DateTimeOffset Earlier(DateTimeOffset at) => at > DateTimeOffset.MinValue.AddMilliseconds(1) ? at.AddMilliseconds(-1) : at;

    private static DateTimeOffset Later(DateTimeOffset at) => at < DateTimeOffset.MaxValue.AddMilliseconds(-1) ? at.AddMilliseconds(1) : at;
}
