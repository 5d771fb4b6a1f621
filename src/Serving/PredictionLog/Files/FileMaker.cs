using System.IO.Pipelines;
using Assay.Inference.Predictions;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Serving.PredictionLog.Spill;
using Parquet;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>What became of a segment.</summary>
/// <param name="Blob">Digest and size of the file.</param>
/// <param name="Calls">Calls in it.</param>
/// <param name="Failures">Those among them that were not answered with predictions.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="From">Beginning of its first call.</param>
/// <param name="To">Beginning of its last call.</param>
internal sealed record MadeFile(StoredBlob Blob, long Calls, long Failures, long Rows, DateTimeOffset From, DateTimeOffset To);

/// <summary>Makes a segment a Parquet file in the store, group of rows by group of rows.</summary>
internal sealed class FileMaker(IBlobs blobs, FilePace pace)
{
    private const int CallsPerPiece = 64;   // of work, between which it may rest

    // A thousand values say whether a column has few of them; to try it with all of a column of numbers takes longer than to write it.
    private static ParquetOptions Options(CallColumns columns)
    {
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy, DictionaryEncodingSampleSize = 1000 };
        foreach (var field in columns.OfFewValues)
            options.ColumnEncodingHints[field.Path.ToString()] = EncodingHint.Dictionary;
        return options;
    }

    /// <summary>Makes the file of a segment; null for one without calls.</summary>
    /// <exception cref="IOException">The store doesn't take it.</exception>
    public async Task<MadeFile?> Make(SegmentReader segment, CancellationToken cancel)
    {
        // Straight from the writer into the encrypting store, so that the file never lies about in clear.
        var pipe = new Pipe();
        var put = Put(pipe.Reader, cancel);
        MadeFile counts;
        try
        {
            await using var file = new CountedStream(pipe.Writer.AsStream(leaveOpen: true));
            counts = await Write(segment, file, cancel);
            await pipe.Writer.CompleteAsync();
        }
        catch (Exception problem)
        {
            await pipe.Writer.CompleteAsync(problem);
            await ((Task)put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var blob = await put;
        return counts.Calls == 0 ? null : counts with { Blob = blob };
    }

    private async Task<StoredBlob> Put(PipeReader reader, CancellationToken cancel)
    {
        try
        {
            await using var content = reader.AsStream(leaveOpen: true);
            return await blobs.Put(content, cancel);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async Task<MadeFile> Write(SegmentReader segment, Stream file, CancellationToken cancel)
    {
        pace.Begin();
        var columns = new CallColumns(segment.Head.Columns, segment.Head.HasTensors);
        var group = new RowGroup(segment.Head, columns);
        var (calls, failures, rows) = (0L, 0L, 0L);
        var (from, to) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        await using (var writer = await ParquetWriter.CreateAsync(columns.Schema, file, Options(columns), cancellationToken: cancel))
        {
            writer.CustomMetadata = Metadata(segment.Head);
            foreach (var call in segment.Calls())
            {
                (calls, rows) = (calls + 1, rows + Math.Max(1, call.Rows));
                failures += call.Outcome == PredictOutcome.Ok ? 0 : 1;
                (from, to) = (call.At < from ? call.At : from, call.At > to ? call.At : to);
                for (var row = 0; row < Math.Max(1, call.Rows);)
                {
                    if (group.Room == 0)
                        await group.Write(writer, pace, cancel);
                    var fitting = Math.Min(group.Room, Math.Max(1, call.Rows) - row);
                    group.Add(call, row, fitting);
                    row += fitting;
                }

                if (calls % CallsPerPiece == 0)
                    await pace.Rest(cancel);
            }

            if (!group.IsEmpty)
                await group.Write(writer, pace, cancel);
        }

        return new(new StoredBlob(default, 0), calls, failures, rows, from, to);
    }

    private static Dictionary<string, string> Metadata(SegmentHead head) => new(StringComparer.Ordinal)
    {
        ["assay.file"] = head.Id,
        ["assay.project"] = head.Project,
        ["assay.endpoint"] = head.Endpoint,
        ["assay.model_digest"] = head.Digest ?? "",
    };
}
