using System.Security.Cryptography;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Projects;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Parquet;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>
/// Makes a file of each segment that is complete: into the store, then a row that names it, then the segment goes. After a
/// crash in between it is done again, and found to be done.
/// </summary>
internal sealed class SegmentArchiver(
    OpenSegments segments, FileMaker maker, IKeyRing keys, IServiceScopeFactory scopes, LogMeter meter, TimeProvider clock, ILogger<SegmentArchiver> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var segment in segments.Ready.ReadAllAsync(stoppingToken))
        {
            if (await TryStore(segment, stoppingToken))
                continue;
            segments.PutBack(segment);   // it may be this one alone that fails, and others wait
            await Task.Delay(Pause, clock, stoppingToken);
        }
    }

    private async Task<bool> TryStore(PendingSegment segment, CancellationToken cancel)
    {
        try
        {
            await Store(segment, cancel);
            return true;
        }
        catch (Exception problem) when (problem is CryptographicException or JsonException or ParquetException or FileNotFoundException or EndOfStreamException or InvalidDataException)
        {
            // Changed or taken away by somebody, or its key is gone: no later try would do better, and others wait.
            log.LogError(problem, "The segment {Path} of the prediction log can't be read. Its calls are missing in the log; the next start tries once more.", segment.Path);
            segments.Forget(segment);
            return true;
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)   // of the database or the disk, for as long as it lasts
        {
            log.LogWarning(problem, "A file of the prediction log could not be stored, which is tried again. Its calls are on the disk.");
            return false;
        }
    }

    private async Task Store(PendingSegment segment, CancellationToken cancel)
    {
        using (var reader = SegmentReader.Open(segment.Path, keys))
        {
            if (reader is not null && await maker.Make(reader, cancel) is { } made)
                await Save(reader.Head, made, cancel);
        }

        segments.Remove(segment);
    }

    private async Task Save(SegmentHead head, MadeFile made, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(head.Project, ServingActors.Predictions);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        if (await db.PredictionFiles.AnyAsync(row => row.Id == head.Id, cancel))
            return;
        db.PredictionFiles.Add(new PredictionFile
        {
            Id = head.Id,
            Endpoint = head.Endpoint,
            Hour = head.Hour,
            From = StoredTime.Of(made.From),
            To = StoredTime.Of(made.To),
            Model = head.Model,
            Version = head.Version,
            ModelDigest = head.Digest,
            Digest = made.Blob.Digest.ToString(),
            SizeBytes = made.Blob.SizeBytes,
            Calls = made.Calls,
            Failures = made.Failures,
            Rows = made.Rows,
        });
        scope.ServiceProvider.GetRequiredService<ILedger>().Append(
            new PredictionsStored(head.Endpoint, head.Id, made.Blob.Digest.ToString(), made.Calls, StoredTime.Of(made.From), StoredTime.Of(made.To)));
        await db.SaveChangesAsync(cancel);
        meter.Stored(head.Project, head.Endpoint);
    }
}
