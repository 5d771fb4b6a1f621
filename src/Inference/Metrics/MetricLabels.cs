using Assay.Inference.Predictions;

namespace Assay.Inference.Metrics;

/// <summary>The names under which calls are counted, as labels of metrics: made once, since each call needs them several times.</summary>
internal sealed class MetricLabels
{
    private readonly KeyValuePair<string, object?>[] _names;
    private readonly KeyValuePair<string, object?>[][] _byOutcome;

    public MetricLabels(PredictTarget target)
    {
        KeyValuePair<string, object?>[] names = [new("endpoint", target.Endpoint), new("project", target.Project)];
        _names = target.Version is { } version ? [.. names, new("version", version)] : names;
        _byOutcome = [.. Enum.GetValues<PredictOutcome>().Select(outcome => With("outcome", InferenceMetrics.Name(outcome)))];
    }

    public ReadOnlySpan<KeyValuePair<string, object?>> Names => _names;

    public ReadOnlySpan<KeyValuePair<string, object?>> Of(PredictOutcome outcome) => _byOutcome[(int)outcome];

    public KeyValuePair<string, object?>[] With(string label, string value) => [.. _names, new(label, value)];
}
