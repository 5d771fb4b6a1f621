using System.Security.Cryptography;
using Assay.Client;
using Assay.Tracking;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>Brings one run over: the run, its points page by page, the files that are not here yet, and then its end.</summary>
internal sealed class RunTransfer(IMlflowSource source, AssayClient client, ImportTally tally)
{
    public async Task Bring(SourceRun run, string experiment, CancellationToken cancel)
    {
        var state = await client.Imports.Run(run.Id, Request(run, experiment), cancel);
        if (state is { IsComplete: true, Stated: { } stated } && run.Status is not (RunStatus.Running or RunStatus.Scheduled))
        {
            tally.Came(stated, state, wasComplete: true);
            return;
        }

        var points = await Points(run, cancel);
        var (files, size) = await Files(run, state.Here.Files > 0, cancel);
        var counts = new ImportCounts(run.Params.Count, run.Tags.Count, points, run.Datasets.Select(data => (data.Name, data.Digest)).Distinct().Count(), files, size);
        var ended = await client.Imports.Finish(run.Id, new(run.Status, run.EndedAt, run.IsDeleted, counts), cancel);
        tally.Came(counts, ended, wasComplete: false);
        if (!ended.IsHere(counts))
            tally.Failed(run.Id, $"It has {Text(counts)} at the source, and {Text(ended.Here)} here.");
    }

    private ImportRunRequest Request(SourceRun run, string experiment) => new()
    {
        ExperimentId = experiment,
        Source = source.Name,
        Name = run.Name,
        UserId = run.UserId,
        StartedAtMilliseconds = run.StartedAt,
        Params = run.Params,
        Tags = run.Tags,
        Datasets = run.Datasets,
        ModelInputs = run.ModelInputs,
        ModelOutputs = run.ModelOutputs,
    };

    // The same point twice is one here, so it is counted once: in memory is one metric of a run at a time.
    private async Task<long> Points(SourceRun run, CancellationToken cancel)
    {
        var (page, count) = (new List<ImportedPoint>(ImportPointsRequest.PointsMax), 0L);
        foreach (var metric in run.Metrics)
        {
            var seen = new HashSet<(long, long, long)>();
            await foreach (var point in source.History(run, metric, cancel))
            {
                var value = double.IsNaN(point.Value) ? (double?)null : Math.Clamp(point.Value, double.MinValue, double.MaxValue) + 0.0;
                if (!seen.Add((point.Step, point.At, BitConverter.DoubleToInt64Bits(value ?? double.NaN))))
                    continue;
                page.Add(new(metric, point.Step, point.At, value));
                if (page.Count == ImportPointsRequest.PointsMax)
                    await Send();
            }

            count += seen.Count;
        }

        await Send();
        return count;

        async Task Send()
        {
            if (page.Count > 0)
                await client.Imports.Points(run.Id, new(page), cancel);
            page.Clear();
        }
    }

    private async Task<(int Files, long SizeBytes)> Files(SourceRun run, bool someAreHere, CancellationToken cancel)
    {
        var here = someAreHere ? await Here(run.Id, cancel) : [];
        var (files, size) = (0, 0L);
        await foreach (var file in source.Files(run, cancel))
        {
            size += here.TryGetValue(file.Path, out var known) && known == file.SizeBytes ? known : await Copy(run, file, cancel);
            files++;
        }

        return (files, size);
    }

    private async Task<long> Copy(SourceRun run, SourceFile file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var content = new HashedStream(await source.Open(run, file, cancel), hash);
        var stored = await client.Imports.File(run.Id, file.Path, content, cancel);
        return stored.Digest == $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}"
            ? stored.SizeBytes
            : throw new InvalidDataException($"The file '{file.Path}' of run {run.Id} arrived with other bytes than were sent. Run the import again.");
    }

    private async Task<Dictionary<string, long>> Here(string run, CancellationToken cancel)
    {
        var (found, folders) = (new Dictionary<string, long>(StringComparer.Ordinal), new Stack<string>([""]));
        while (folders.TryPop(out var folder))
        {
            foreach (RunFile file in await client.Runs.Files(run, folder, cancel))
            {
                if (file.IsFolder)
                    folders.Push(file.Path);
                else
                    found[file.Path] = file.SizeBytes;
            }
        }

        return found;
    }

    private static string Text(ImportCounts counts) =>
        $"{counts.Params} parameters, {counts.Tags} tags, {counts.Points} points, {counts.Datasets} datasets and {counts.Files} files of {counts.SizeBytes} bytes";
}
