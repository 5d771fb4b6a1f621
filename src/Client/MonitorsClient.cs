using Assay.Kernel.Paging;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Distributions;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Segments;
using Assay.Monitoring.Windows;

namespace Assay.Client;

/// <summary>Monitors, one per endpoint.</summary>
public sealed class MonitorsClient
{
    private readonly Transport _transport;

    internal MonitorsClient(Transport transport) => _transport = transport;

    /// <summary>One row per endpoint.</summary>
    public Task<Page<MonitorSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<MonitorSummary>>(Route.To("monitors").Page(cursor, limit), cancel);

    /// <summary>A monitor with its latest windows and alerts, or null.</summary>
    public Task<MonitorDetail?> Find(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<MonitorDetail>(Route.To("monitors", endpoint), cancel);

    /// <summary>The same, in which all windows but the newest have the indexes of their features alone.</summary>
    public Task<MonitorDetail?> FindFolded(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<MonitorDetail>(Route.To("monitors", endpoint).With("folded", "true"), cancel);

    /// <summary>Replaces the settings.</summary>
    public Task<MonitorDetail> Set(string endpoint, MonitorSettings settings, CancellationToken cancel = default) =>
        _transport.Put<MonitorDetail>(Route.To("monitors", endpoint), settings, cancel);

    /// <summary>The quality of the data of a window, the newest one if none is named; null when there is none.</summary>
    public Task<QualityReport?> Quality(string endpoint, string? window = null, CancellationToken cancel = default) =>
        _transport.Find<QualityReport>(Route.To("monitors", endpoint, "quality").With("window", window), cancel);

    /// <summary>A feature of a window bin by bin beside its reference, of the score if none is named, of the newest window if none is; null when there is none.</summary>
    public Task<FeatureDistribution?> Distribution(string endpoint, string? feature = null, string? window = null, CancellationToken cancel = default) =>
        _transport.Find<FeatureDistribution>(Route.To("monitors", endpoint, "distribution").With("feature", feature).With("window", window), cancel);

    /// <summary>The comparisons of all features together; null when there is no such endpoint.</summary>
    public Task<MultivariateReport?> Multivariate(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<MultivariateReport>(Route.To("monitors", endpoint, "multivariate"), cancel);

    /// <summary>Compares all features together, now.</summary>
    public Task<MultivariateResult> CompareMultivariate(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<MultivariateResult>(Route.To("monitors", endpoint, "multivariate"), null, cancel);

    /// <summary>The comparisons of an endpoint's parts; null when there is no such endpoint.</summary>
    public Task<SegmentReport?> Segments(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<SegmentReport>(Route.To("monitors", endpoint, "segments"), cancel);

    /// <summary>Compares an endpoint's traffic part by part, now.</summary>
    public Task<SegmentComparison> CompareSegments(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<SegmentComparison>(Route.To("monitors", endpoint, "segments"), null, cancel);

    /// <summary>The comparisons of the reasons of predictions; null when there is no such endpoint.</summary>
    public Task<AttributionReport?> Attribution(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<AttributionReport>(Route.To("monitors", endpoint, "attribution"), cancel);

    /// <summary>Explains logged rows and compares their reasons, now.</summary>
    public Task<AttributionResult> CompareAttribution(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<AttributionResult>(Route.To("monitors", endpoint, "attribution"), null, cancel);

    /// <summary>Compares what was predicted since the last evaluation with the baseline, now.</summary>
    public Task<DriftWindow> Evaluate(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<DriftWindow>(Route.To("monitors", endpoint, "evaluate"), null, cancel);

    /// <summary>The retrainings of an endpoint, and what holds back another one; null when there is no such endpoint.</summary>
    public Task<RetrainingList?> Retrainings(string endpoint, CancellationToken cancel = default) =>
        _transport.Find<RetrainingList>(Route.To("monitors", endpoint, "retrainings"), cancel);

    /// <summary>The whole story of a retraining; null when there is none of that id.</summary>
    public Task<RetrainingStory?> Retraining(string endpoint, string id, CancellationToken cancel = default) =>
        _transport.Find<RetrainingStory>(Route.To("monitors", endpoint, "retrainings", id), cancel);

    /// <summary>Starts a retraining now, unless the guards hold it back.</summary>
    public Task<RetrainingSummary> Retrain(string endpoint, CancellationToken cancel = default) =>
        _transport.Post<RetrainingSummary>(Route.To("monitors", endpoint, "retrainings"), null, cancel);
}
