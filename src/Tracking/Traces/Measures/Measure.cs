using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Measures;

/// <summary>What is counted or measured.</summary>
internal enum MeasureView
{
    Traces,
    Spans,
    Assessments,
}

/// <summary>Something that is measured, how it may be summed up, and by what it may be grouped.</summary>
/// <param name="Value">The SQL of one row's value.</param>
/// <param name="Aggregations">Names of MLflow's aggregations.</param>
/// <param name="Dimensions">Names of MLflow's dimensions.</param>
internal sealed record Measure(string Value, string[] Aggregations, string[] Dimensions)
{
    private static readonly string[] Count = ["COUNT"];
    private static readonly string[] Spread = ["AVG", "MAX", "MIN", "PERCENTILE"];
    private static readonly string[] Sums = ["AVG", "MAX", "MIN", "PERCENTILE", "SUM"];
    private static readonly string[] ByName = ["trace_name"];
    private static readonly string[] ByModel = ["span_model_name", "span_model_provider"];

    private static readonly Dictionary<(MeasureView, string), Measure> Known = new()
    {
        [(MeasureView.Traces, "trace_count")] = new("1", Count, ["trace_name", "trace_status"]),
        [(MeasureView.Traces, "latency")] = new("r.duration_ms", Spread, ByName),
        [(MeasureView.Traces, "input_tokens")] = new(Noted(TraceKeys.TokenUsage), Sums, ByName),
        [(MeasureView.Traces, "output_tokens")] = new(Noted(TraceKeys.TokenUsage), Sums, ByName),
        [(MeasureView.Traces, "total_tokens")] = new(Noted(TraceKeys.TokenUsage), Sums, ByName),
        [(MeasureView.Traces, "cache_read_input_tokens")] = new(Noted(TraceKeys.TokenUsage), Sums, ByName),
        [(MeasureView.Traces, "cache_creation_input_tokens")] = new(Noted(TraceKeys.TokenUsage), Sums, ByName),
        [(MeasureView.Spans, "span_count")] = new("1", Count, ["span_name", "span_status", "span_type"]),
        [(MeasureView.Spans, "latency")] = new("(s.ended_ns - s.started_ns) / 1000000", Spread, ["span_name", "span_status"]),
        [(MeasureView.Spans, "input_cost")] = new("s.cost", Sums, ByModel),
        [(MeasureView.Spans, "output_cost")] = new("s.cost", Sums, ByModel),
        [(MeasureView.Spans, "total_cost")] = new("s.cost", Sums, ByModel),
        [(MeasureView.Assessments, "assessment_count")] = new("1", Count, ["assessment_name", "assessment_value"]),
        [(MeasureView.Assessments, "assessment_value")] = new("a.value", Spread, ["assessment_name"]),
    };

    /// <summary>Whether a row's value is a JSON object, of which the member of the measure's name counts.</summary>
    public bool IsWithinJson => Value == "s.cost" || Value.StartsWith("(SELECT", StringComparison.Ordinal);

    /// <exception cref="Kernel.Refusals.Refusal">400: there is none of that name.</exception>
    public static Measure Find(MeasureView view, string name) => Known.TryGetValue((view, name), out var measure)
        ? measure
        : throw MlflowError.Invalid($"metric_name must be one of [{Quoted(Known.Keys.Where(key => key.Item1 == view).Select(key => key.Item2))}], got '{name}'");

    /// <exception cref="Kernel.Refusals.Refusal">400: they do not go with the measure.</exception>
    public void Demand(IReadOnlyList<string> aggregations, IReadOnlyList<string> dimensions)
    {
        if (aggregations.Except(Aggregations).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } wrong)
            throw MlflowError.Invalid($"Found invalid aggregation_type(s): [{Quoted(wrong)}]. Supported aggregation types: [{Quoted(Aggregations)}]");
        if (dimensions.Except(Dimensions).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } unknown)
            throw MlflowError.Invalid($"Found invalid dimension(s): [{Quoted(unknown)}]. Supported dimensions: [{Quoted(Dimensions)}]");
    }

    /// <summary>The SQL of a dimension.</summary>
    public static string Dimension(string name) => name switch
    {
        "trace_name" => "n.value",
        "trace_status" => "r.state",
        "span_name" => "s.name",
        "span_type" => "s.type",
        "span_status" => "s.status",
        "span_model_name" => "s.model",
        "span_model_provider" => "s.model_provider",
        "assessment_name" => "a.name",
        _ => "a.content",
    };

    private static string Noted(string key) => $"(SELECT m.value FROM tracking_trace_metadata m WHERE m.trace_key = r.key AND m.key = '{key}')";

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
