using System.Globalization;
using Assay.Data;
using Assay.Data.Checks;
using Assay.Data.Datasets;
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
        _transport.Find<DatasetVersionDetail>(Route.To("datasets", name, "versions", version?.ToString(CultureInfo.InvariantCulture) ?? "latest"), cancel);

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

    /// <summary>The first rows of a version, at most 1,000.</summary>
    public Task<DatasetRows> Preview(string name, int version, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<DatasetRows>(
            Route.To("datasets", name, "versions", Text(version), "rows").With("limit", limit?.ToString(CultureInfo.InvariantCulture)), cancel);

    /// <summary>What every later version must meet.</summary>
    public Task<IReadOnlyList<Rule>> Rules(string name, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<Rule>>(Route.To("datasets", name, "rules"), cancel);

    /// <summary>Copies a version's bytes, exactly as they were added.</summary>
    public Task Download(string name, int version, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(Route.To("datasets", name, "versions", Text(version), "content"), destination, cancel);

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
