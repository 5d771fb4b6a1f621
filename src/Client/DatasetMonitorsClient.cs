using Assay.Kernel.Paging;
using Assay.Monitoring.DatasetMonitors;

namespace Assay.Client;

/// <summary>Monitors of datasets: each new version is compared with a reference.</summary>
public sealed class DatasetMonitorsClient
{
    private readonly Transport _transport;

    internal DatasetMonitorsClient(Transport transport) => _transport = transport;

    /// <summary>Watched datasets, by name.</summary>
    public Task<Page<DatasetMonitorSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<DatasetMonitorSummary>>(Route.To("dataset-monitors").Page(cursor, limit), cancel);

    /// <summary>A monitor with the versions that it compared, or null.</summary>
    public Task<DatasetMonitorDetail?> Find(string dataset, CancellationToken cancel = default) =>
        _transport.Find<DatasetMonitorDetail>(Route.To("dataset-monitors", dataset), cancel);

    /// <summary>Begins to watch a dataset, or changes how.</summary>
    public Task<DatasetMonitorDetail> Set(string dataset, DatasetMonitorSettings settings, CancellationToken cancel = default) =>
        _transport.Put<DatasetMonitorDetail>(Route.To("dataset-monitors", dataset), settings, cancel);

    /// <summary>Ends a monitor and deletes what it found.</summary>
    public Task Remove(string dataset, CancellationToken cancel = default) => _transport.Delete(Route.To("dataset-monitors", dataset), cancel);

    /// <summary>Every number of a compared version, or null.</summary>
    public Task<VersionReport?> Report(string dataset, int version, CancellationToken cancel = default) =>
        _transport.Find<VersionReport>(Route.To("dataset-monitors", dataset, "versions", $"{version}"), cancel);

    /// <summary>Compares a version now, in the place of what was said of it.</summary>
    public Task<VersionVerdict> Compare(string dataset, int version, CancellationToken cancel = default) =>
        _transport.Post<VersionVerdict>(Route.To("dataset-monitors", dataset, "versions", $"{version}"), null, cancel);
}
