using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Serving.PredictionLog.Files;
using Parquet;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Finds calls in a file, from its end on: group of rows by group of rows, and first the one column that tells whether the others are worth reading.</summary>
internal sealed class FileCalls : IAsyncDisposable
{
    private readonly PredictionFile _row;
    private readonly Stream _content;
    private readonly ParquetReader _reader;

    private FileCalls(PredictionFile row, Stream content, ParquetReader reader) => (_row, _content, _reader) = (row, content, reader);

    public static async Task<FileCalls> Open(PredictionFile row, IBlobs blobs, CancellationToken cancel)
    {
        var content = await blobs.Open(Digest.Parse(row.Digest), cancel);
        try
        {
            return new(row, content, await ParquetReader.CreateAsync(content, leaveStreamOpen: true, cancellationToken: cancel));
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    public async Task Collect(CallQuery query, NewestCalls found, int rowsMax, CancellationToken cancel)
    {
        for (var group = _reader.RowGroupCount - 1; group >= 0; group--)
        {
            var times = await GroupColumns.Times(_reader, group, cancel);
            if (!times.Any(at => found.WantsBefore(at) && query.Wants(at, "")))
                continue;
            var columns = await GroupColumns.Read(_reader, group, cancel);
            for (var at = 0; at < columns.Count; at++)
            {
                if (columns.Starts(at) && columns.Matches(at, query) && found.Wants(columns.At(at), columns.Id(at)))
                    found.Add(columns.Call(at, _row, rowsMax));
            }
        }
    }

    /// <summary>The newest call of that id; null when there is none.</summary>
    public async Task<LoggedPrediction?> Find(string id, int rowsMax, CancellationToken cancel)
    {
        for (var group = _reader.RowGroupCount - 1; group >= 0; group--)
        {
            if (!(await GroupColumns.Ids(_reader, group, cancel)).Contains(id))
                continue;
            var columns = await GroupColumns.Read(_reader, group, cancel);
            for (var at = 0; at < columns.Count; at++)
            {
                if (columns.Starts(at) && columns.Id(at) == id)
                    return await WithRest(columns.Call(at, _row, rowsMax), group + 1, rowsMax, cancel);
            }
        }

        return null;
    }

    // The rows of a large call go on in the groups that follow.
    private async Task<LoggedPrediction> WithRest(LoggedPrediction call, int next, int rowsMax, CancellationToken cancel)
    {
        var rows = call.Rows.ToList();
        for (; next < _reader.RowGroupCount && rows.Count < Math.Min(call.RowCount, rowsMax); next++)
        {
            var columns = await GroupColumns.Read(_reader, next, cancel);
            for (var at = 0; at < columns.Count && !columns.Starts(at) && rows.Count < rowsMax; at++)
                rows.Add(columns.Row(at));
        }

        return call with { Rows = rows };
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _content.DisposeAsync();
    }
}
