using System.Globalization;
using Assay.Kernel.Paging;
using Assay.Tracking;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Metrics;
using Assay.Tracking.Purging;
using Assay.Tracking.Runs;

namespace Assay.Client;

/// <summary>Runs, the histories of their metrics, and their files.</summary>
public sealed class RunsClient
{
    private readonly Transport _transport;

    internal RunsClient(Transport transport) => _transport = transport;

    /// <summary>A run, also a deleted one, or null when the project has none of that id.</summary>
    public Task<RunDetail?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<RunDetail>(Route.To("runs", id), cancel);

    /// <summary>A run's seal, compared with the run as it is.</summary>
    public Task<SealSummary> Seal(string id, CancellationToken cancel = default) =>
        _transport.Get<SealSummary>(Route.To("runs", id, "seal"), cancel);

    /// <summary>Deletes a run; it can be brought back.</summary>
    public Task<RunDetail> Delete(string id, CancellationToken cancel = default) =>
        _transport.Delete<RunDetail>(Route.To("runs", id), cancel);

    /// <summary>Brings a deleted run back.</summary>
    public Task<RunDetail> Restore(string id, CancellationToken cancel = default) =>
        _transport.Post<RunDetail>(Route.To("runs", id, "restore"), null, cancel);

    /// <summary>Takes deleted runs, logged models and experiments away for good, one step; the next goes on at its cursor.</summary>
    public Task<Page<PurgeItem>> Purge(PurgeRunsRequest request, CancellationToken cancel = default) =>
        _transport.Post<Page<PurgeItem>>(Route.To("runs", "purge"), request, cancel);

    /// <summary>All points of one metric, by step, then time.</summary>
    public Task<Page<MetricSample>> Points(string id, string key, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<MetricSample>>(Route.To("runs", id, "points").With("key", key).Page(cursor, limit), cancel);

    /// <summary>Points of one metric of up to 100 runs for a chart, at evenly spaced steps; a run without any is left out.</summary>
    public Task<IReadOnlyList<SampledHistory>> Sample(IEnumerable<string> ids, string key, int? points = null, CancellationToken cancel = default)
    {
        var route = Route.To("metrics", "sampled").With("key", key).With("points", points?.ToString(CultureInfo.InvariantCulture));
        foreach (var id in ids)
            route = route.With("run", id);
        return _transport.Get<IReadOnlyList<SampledHistory>>(route, cancel);
    }

    /// <summary>What is in a folder of the run, by name; its root when no path is given.</summary>
    public Task<IReadOnlyList<RunFile>> Files(string id, string? path = null, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<RunFile>>(Route.To("runs", id, "files").With("path", path), cancel);

    /// <summary>Copies one file of the run.</summary>
    public Task Download(string id, string path, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(FileRoute(id, path), destination, cancel);

    /// <summary>The first bytes of a file, and its size.</summary>
    public Task<(byte[] Bytes, long SizeBytes)> Head(string id, string path, int bytesMax, CancellationToken cancel = default) =>
        _transport.Head(FileRoute(id, path), bytesMax, cancel);

    private static Route FileRoute(string id, string path) => Route.To(["runs", id, "files", .. path.Split('/')]);
}
