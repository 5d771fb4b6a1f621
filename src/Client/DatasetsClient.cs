using Assay.Data;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>Datasets and their immutable versions.</summary>
public sealed class DatasetsClient
{
    private readonly Transport _transport;

    internal DatasetsClient(Transport transport) => _transport = transport;

    /// <summary>Datasets of the project, by name.</summary>
    public Task<Page<DatasetSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<DatasetSummary>>(Route.To("datasets").Page(cursor, limit), cancel);

    /// <summary>Versions of a dataset.</summary>
    public Task<Page<DatasetVersionSummary>> Versions(string name, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<DatasetVersionSummary>>(Route.To("datasets", name).Page(cursor, limit), cancel);

    /// <summary>A version with its profile and checks; the newest when <paramref name="version"/> is null. Null when there is none.</summary>
    public Task<DatasetVersionDetail?> Find(string name, int? version = null, CancellationToken cancel = default) =>
        _transport.Find<DatasetVersionDetail>(Route.To("datasets", name, "versions", version?.ToString() ?? "latest"), cancel);

    /// <summary>
    /// Adds a version. The stream is sent as it is read; when the newest version has the same bytes, that one is returned.
    /// </summary>
    /// <param name="name">Name of the dataset, made when it is new.</param>
    /// <param name="content">The file's bytes.</param>
    /// <param name="format"><c>csv</c> or <c>parquet</c>.</param>
    /// <param name="synthetic">Whether the rows were made up; said wherever the version is shown.</param>
    /// <param name="cancel">Stops sending.</param>
    public Task<DatasetVersionDetail> Add(
        string name, Stream content, string format, bool synthetic = false, CancellationToken cancel = default) =>
        _transport.Upload<DatasetVersionDetail>(
            Route.To("datasets", name, "versions").With("format", format).With("synthetic", synthetic ? "true" : "false"), content, cancel);

    /// <summary>Copies a version's bytes, exactly as they were added.</summary>
    public Task Download(string name, int version, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(Route.To("datasets", name, "versions", version.ToString(), "content"), destination, cancel);
}
