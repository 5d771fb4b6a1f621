using System.Globalization;
using System.Text;
using Assay.Kernel.Paging;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;

namespace Assay.Client;

/// <summary>What became of predictions: labels, and the performance that they and estimates show.</summary>
public sealed class PerformanceClient
{
    private readonly Transport _transport;

    internal PerformanceClient(Transport transport) => _transport = transport;

    /// <summary>Says what was true of predictions; up to 10,000 at once.</summary>
    public Task<LabelsPosted> Label(string endpoint, IReadOnlyList<NewLabel> labels, CancellationToken cancel = default) =>
        _transport.Post<LabelsPosted>(Route.To("endpoints", endpoint, "labels"), labels, cancel);

    /// <summary>The same from CSV with the columns <c>id</c>, <c>label</c> and maybe <c>row</c> and <c>at</c>.</summary>
    public Task<LabelsPosted> LabelFromCsv(string endpoint, string csv, CancellationToken cancel = default) =>
        _transport.PostCsv<LabelsPosted>(Route.To("endpoints", endpoint, "labels"), Encoding.UTF8.GetBytes(csv), cancel);

    /// <summary>Labels by their prediction's id.</summary>
    public Task<Page<LabelSummary>> Labels(string endpoint, string? state = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<LabelSummary>>(Route.To("endpoints", endpoint, "labels").With("state", state).Page(cursor, limit), cancel);

    /// <summary>Realised and estimated performance, or null when there is no such endpoint.</summary>
    public Task<PerformanceReport?> Show(string endpoint, PerformanceSearch search, CancellationToken cancel = default) =>
        _transport.Find<PerformanceReport>(
            Route.To("endpoints", endpoint, "performance").With("from", Time(search.From)).With("to", Time(search.To)).With("by", search.By).With("segment", search.Segment),
            cancel);

    /// <summary>How performance is counted and judged.</summary>
    public Task<PerformanceSettings> Settings(string endpoint, CancellationToken cancel = default) =>
        _transport.Get<PerformanceSettings>(Route.To("endpoints", endpoint, "performance-settings"), cancel);

    /// <summary>Replaces the settings.</summary>
    public Task<PerformanceSettings> Set(string endpoint, PerformanceSettings settings, CancellationToken cancel = default) =>
        _transport.Put<PerformanceSettings>(Route.To("endpoints", endpoint, "performance-settings"), settings, cancel);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
