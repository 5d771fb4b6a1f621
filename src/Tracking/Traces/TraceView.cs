using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Traces.Assessments;
using Assay.Tracking.Traces.Spans;

namespace Assay.Tracking.Traces;

/// <summary>Traces as people read them, from the rows that clients are answered with.</summary>
internal static class TraceView
{
    private const string Inputs = "mlflow.spanInputs";
    private const string Outputs = "mlflow.spanOutputs";
    private const string Type = "mlflow.spanType";

    // Clients' own, which say nothing to a reader.
    private static readonly HashSet<string> Hidden = [Inputs, Outputs, Type, "mlflow.traceRequestId"];

    public static TraceSummary Summary(TraceRow row) =>
        new(row.Id, row.ExperimentId, row.Tag(TraceKeys.Name) ?? "", StateOf(row.State), DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt), row.DurationMs)
        {
            RequestPreview = row.RequestPreview,
            ResponsePreview = row.ResponsePreview,
            SessionId = row.SessionId,
            Tags = row.Tags.Where(tag => !tag.Key.StartsWith("mlflow.", StringComparison.Ordinal)).ToDictionary(),
            Assessments = [.. row.Assessments.Where(one => one.IsValid).Select(Assessment)],
        };

    public static TraceDetail Detail(TraceRow row, List<SpanRow> spans)
    {
        var (summary, first) = (Summary(row), spans.Count > 0 ? spans.Min(span => span.StartedNs) : 0);
        var shown = spans.ConvertAll(span => Span(span, first));
        var name = summary.Name.Length > 0 ? summary.Name : shown.Find(span => span.ParentId is null)?.Name ?? "";   // exporters name spans only
        return new(summary.Id, summary.ExperimentId, name, summary.State, summary.StartedAt, summary.DurationMilliseconds)
        {
            RequestPreview = summary.RequestPreview,
            ResponsePreview = summary.ResponsePreview,
            SessionId = summary.SessionId,
            Tags = summary.Tags,
            Assessments = summary.Assessments,
            ClientRequestId = row.ClientRequestId,
            Metadata = row.Metadata.ToDictionary(),
            Spans = shown,
        };
    }

    private static TraceAssessment Assessment(AssessmentRow row) => new(row.Id, row.Name, row.Kind, row.Value, row.SourceType, row.SourceId)
    {
        Rationale = row.Rationale,
        SpanId = row.SpanId,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
    };

    private static TraceSpan Span(SpanRow row, long first)
    {
        using var content = JsonDocument.Parse(row.Content, SpanFile.Deep);
        var (root, attributes) = (content.RootElement, Attributes(content.RootElement));
        var status = root.Member("status");
        return new(
            row.SpanId, row.ParentId, root.GetProperty("name").GetString()!, attributes.GetValueOrDefault(Type, ""),
            row.EndedNs is null ? TraceState.InProgress : status?.Member("code")?.GetString() is { } code && code.EndsWith("ERROR", StringComparison.Ordinal) ? TraceState.Error : TraceState.Ok,
            Micro(row.StartedNs - first), row.EndedNs is { } ended ? Micro(ended - row.StartedNs) : null)
        {
            Message = status?.Member("message")?.GetString() is { Length: > 0 } message ? message : null,
            Inputs = attributes.GetValueOrDefault(Inputs),
            Outputs = attributes.GetValueOrDefault(Outputs),
            Attributes = attributes.Where(pair => !Hidden.Contains(pair.Key)).ToDictionary(),
            Events = [.. (root.Member("events")?.EnumerateArray() ?? default)
                .Select(one => new TraceEvent(one.GetProperty("name").GetString()!, Micro(one.GetProperty("time_unix_nano").GetInt64() - first), Attributes(one)))],
        };
    }

    private static Dictionary<string, string> Attributes(JsonElement item)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in SpanFile.PairsOf(item))
            read[key] = value is string text ? Unquoted(text) : SpanContent.Plain(value);
        return read;
    }

    // MLflow's clients send texts as JSON within a text.
    private static string Unquoted(string text) =>
        text is ['"', .., '"'] && SpanFile.IsJson(text) ? JsonSerializer.Deserialize<string>(text)! : text;

    private static long Micro(long nanoseconds) => nanoseconds / 1000;

    private static TraceState StateOf(string state) => state switch
    {
        "OK" => TraceState.Ok,
        "ERROR" => TraceState.Error,
        TraceRow.InProgress => TraceState.InProgress,
        _ => TraceState.Unspecified,
    };
}
