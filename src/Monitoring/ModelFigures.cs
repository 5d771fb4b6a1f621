using Assay.Monitoring.Kpis;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Reports;
using Assay.Monitoring.Segments;
using Assay.Serving;

namespace Assay.Monitoring;

/// <summary>A value of a gauge of <see cref="ModelMeter"/>, with its labels beside project and endpoint.</summary>
internal sealed record ModelFigure(string Metric, double Value, params KeyValuePair<string, object?>[] Labels);

/// <summary>What the reports of an endpoint are as gauges. A number that rests on too few rows has no value and is not shown.</summary>
internal static class ModelFigures
{
    /// <summary>Every gauge.</summary>
    public static IReadOnlyList<(string Metric, string Description)> Descriptions { get; } =
    [
        ("model_performance", "A measure of the version that answers over seven days, from labels or estimated before they come."),
        ("model_performance_low", "Lower end of its 95 % interval."),
        ("model_performance_high", "Upper end of its 95 % interval."),
        ("model_performance_heldout", "The same measure on rows that were held out when the version was trained."),
        ("model_predictions", "Predictions of the version that answers over seven days, in the prediction log."),
        ("model_labelled_predictions", "Those among them whose label came."),
        ("model_label_coverage", "Their share."),
        ("kpi_mean", "Mean of a number of the business over predictions of seven days."),
        ("kpi_mean_low", "Lower end of its 95 % interval."),
        ("kpi_mean_high", "Upper end of its 95 % interval."),
        ("kpi_values", "Predictions that it rests on."),
        ("data_quality_worst_share", "Of the worst feature of the last window, how far a share of its rows is above that of the reference."),
        ("data_quality_broken_features", "Features of the last window without a value, or with one value alone."),
        ("data_quality_refused_share", "Calls of the last window that were refused as the schema doesn't allow them."),
        ("segments_drifted", "Parts of the traffic that drifted or broke in the last comparison by parts."),
        ("segments_unknown", "Parts that had too few rows to tell."),
    ];

    /// <summary>Parts of the traffic, in their last comparison.</summary>
    public static IEnumerable<ModelFigure> Of(SegmentComparison segments) =>
    [
        new("segments_drifted", segments.Segments.Count(segment => segment.Verdict == ComparisonVerdict.Drift)),
        new("segments_unknown", segments.Segments.Count(segment => segment.Verdict == ComparisonVerdict.Unknown)),
    ];

    /// <summary>Performance of the version that answers.</summary>
    public static IEnumerable<ModelFigure> Of(PerformanceReport report, ServedEndpoint served)
    {
        var total = report.Totals.FirstOrDefault(row => row.Version == served.Version && row.Model == served.Model);
        if (total is null)
            yield break;
        yield return new("model_predictions", total.Predictions);
        yield return new("model_labelled_predictions", total.Labelled);
        if (total.Coverage is { } coverage)
            yield return new("model_label_coverage", coverage);
        foreach (var figure in Interval("model_performance", total.Realised, measure => [new("measure", measure.Name), new("basis", "labels")]))
            yield return figure;
        foreach (var figure in Interval("model_performance", total.Estimated, measure => [new("measure", measure.Name), new("basis", "estimate")]))
            yield return figure;
        if (report.References.FirstOrDefault(row => row.Version == served.Version && row.Model == served.Model) is not { } reference)
            yield break;

        // A package may have any number of metrics; those count here that are measured live, too.
        foreach (var name in total.Realised.Concat(total.Estimated).Select(measure => measure.Name).Distinct())
        {
            if (reference.Metrics.TryGetValue(name, out var value) && double.IsFinite(value))
                yield return new("model_performance_heldout", value, new KeyValuePair<string, object?>("measure", name));
        }
    }

    /// <summary>Numbers of the business that came of the version that answers; an endpoint has at most 20.</summary>
    public static IEnumerable<ModelFigure> Of(KpiReport report, ServedEndpoint served)
    {
        foreach (var row in report.Totals.Where(row => row.Version == served.Version && row.Model == served.Model))
        {
            KeyValuePair<string, object?>[] labels = [new("kpi", row.Name)];
            yield return new("kpi_values", row.Mean.Rows, labels);
            foreach (var figure in Interval("kpi_mean", [row.Mean], _ => labels))
                yield return figure;
        }
    }

    /// <summary>Quality of a window, of all features together: which one it is, alerts and the console say.</summary>
    public static IEnumerable<ModelFigure> Of(IReadOnlyList<FeatureQuality> features, RefusedShare? refused)
    {
        foreach (var (check, share) in (IEnumerable<(string, Func<FeatureQuality, QualityShare?>)>)
                 [("missing", feature => feature.Missing), ("outside", feature => feature.Outside), ("unseen", feature => feature.Unseen)])
        {
            if (features.Max(feature => share(feature)?.Above) is { } worst)
                yield return new("data_quality_worst_share", Math.Max(0, worst), new KeyValuePair<string, object?>("check", check));
        }

        foreach (var state in (FeatureState[])[FeatureState.Vanished, FeatureState.Constant])
        {
            if (features.Count > 0)
                yield return new("data_quality_broken_features", features.Count(feature => feature.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant()));
        }

        if (refused?.Share is { } refusedShare)
            yield return new("data_quality_refused_share", refusedShare);
    }

    private static IEnumerable<ModelFigure> Interval(string metric, IReadOnlyList<Measure> measures, Func<Measure, KeyValuePair<string, object?>[]> labels)
    {
        foreach (var measure in measures)
        {
            if (measure.Value is not { } value)
                continue;
            yield return new(metric, value, labels(measure));
            if (measure is not { Low: { } low, High: { } high })
                continue;
            yield return new(metric + "_low", low, labels(measure));
            yield return new(metric + "_high", high, labels(measure));
        }
    }
}
