using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Spans;

/// <summary>A span as it is read for clients.</summary>
/// <param name="ParentId">Null for the root.</param>
/// <param name="OtelTraceId">In hexadecimal, like the other ids.</param>
/// <param name="EndedNs">Null while it is at work.</param>
/// <param name="Content">What <see cref="SpanContent"/> wrote.</param>
internal sealed record SpanRow(string SpanId, string? ParentId, string OtelTraceId, long StartedNs, long? EndedNs, string Content)
{
    private static readonly Statement OfTrace = new("""
        SELECT s.span_id, s.parent_id, s.otel_trace_id, s.started_ns, s.ended_ns, s.content FROM tracking_spans s
        WHERE s.trace_key = @p0 ORDER BY s.started_ns, s.span_id
        """);

    /// <summary>The spans of a trace in the order in which they began.</summary>
    public static List<SpanRow> All(Session session, long trace)
    {
        var found = new List<SpanRow>();
        using var reader = session.With(OfTrace, trace).ExecuteReader();
        while (reader.Read())
        {
            found.Add(new(
                reader.GetString(0), reader.TextOrNull(1), reader.GetString(2), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetString(5)));
        }

        return found;
    }

    /// <summary>As OpenTelemetry's span in JSON, by the rules of MLflow: ids in base64, whole numbers as numbers.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var parent = ParentId is null ? "" : $"\"parent_span_id\":\"{Base64(ParentId)}\",";
        var end = string.Create(CultureInfo.InvariantCulture, $"\"start_time_unix_nano\":{StartedNs},\"end_time_unix_nano\":{EndedNs ?? 0},");
        json.WriteRawValue($"{{\"trace_id\":\"{Base64(OtelTraceId)}\",\"span_id\":\"{Base64(SpanId)}\",{parent}{end}{Content.AsSpan(1)}", skipInputValidation: true);
    }

    /// <summary>As MLflow's clients keep spans in a file: attributes are an object, whose values are JSON within texts.</summary>
    public void WriteAsFile(Utf8JsonWriter json)
    {
        using var content = JsonDocument.Parse(Content, SpanFile.Deep);
        var root = content.RootElement;
        json.WriteString("trace_id"u8, Base64(OtelTraceId));
        json.WriteString("span_id"u8, Base64(SpanId));
        if (ParentId is null)
            json.WriteNull("parent_span_id"u8);
        else
            json.WriteString("parent_span_id"u8, Base64(ParentId));
        json.WriteString("name"u8, root.GetProperty("name").GetString());
        json.WriteNumber("start_time_unix_nano"u8, StartedNs);
        if (EndedNs is { } ended)
            json.WriteNumber("end_time_unix_nano"u8, ended);
        else
            json.WriteNull("end_time_unix_nano"u8);
        json.WriteStartArray("events"u8);
        foreach (var one in root.Member("events")?.EnumerateArray() ?? default)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, one.GetProperty("name").GetString());
            json.WriteNumber("time_unix_nano"u8, one.GetProperty("time_unix_nano").GetInt64());
            json.WriteStartObject("attributes"u8);
            foreach (var (key, value) in SpanFile.PairsOf(one))
            {
                json.WritePropertyName(key);
                json.WriteRawValue(SpanContent.Plain(value), skipInputValidation: true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var status = root.GetProperty("status");
        json.WriteStartObject("status"u8);
        json.WriteString("code"u8, status.Member("code")?.GetString() ?? OtlpSpan.StatusCodes[0]);
        json.WriteString("message"u8, status.Member("message")?.GetString() ?? "");
        json.WriteEndObject();
        json.WriteStartObject("attributes"u8);
        foreach (var (key, value) in SpanFile.PairsOf(root))
            json.WriteString(key, value is string text && SpanFile.IsJson(text) ? text : SpanContent.Plain(value));
        json.WriteEndObject();
    }

    private static string Base64(string hex) => Convert.ToBase64String(Convert.FromHexString(hex));
}
