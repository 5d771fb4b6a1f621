using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Tracking.Traces.Spans;

/// <summary>
/// Writes a span's name, attributes, events, links and status in OpenTelemetry's JSON, as it is kept, sought and answered.
/// Texts are not escaped more than they must be, so that what a person seeks stands in it as it is.
/// </summary>
internal static class SpanContent
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string Of(OtlpSpan span)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, span.Name);
            if (span.TraceState.Length > 0)
                json.WriteString("trace_state"u8, span.TraceState);
            if (span.Kind > 0 && span.Kind < OtlpSpan.Kinds.Count)
                json.WriteString("kind"u8, OtlpSpan.Kinds[span.Kind]);
            WritePairs(json, "attributes"u8, span.Attributes);
            WriteEvents(json, span.Events);
            WriteLinks(json, span.Links);
            WriteStatus(json, span);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A value of an attribute as plain JSON.</summary>
    public static string Plain(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Writing))
            WritePlain(json, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteEvents(Utf8JsonWriter json, List<OtlpEvent> events)
    {
        if (events.Count == 0)
            return;
        json.WriteStartArray("events"u8);
        foreach (var one in events)
        {
            json.WriteStartObject();
            json.WriteNumber("time_unix_nano"u8, one.TimeNs);
            json.WriteString("name"u8, one.Name);
            WritePairs(json, "attributes"u8, one.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, List<OtlpLink> links)
    {
        if (links.Count == 0)
            return;
        json.WriteStartArray("links"u8);
        foreach (var link in links)
        {
            json.WriteStartObject();
            json.WriteBase64String("trace_id"u8, Convert.FromHexString(link.TraceId));
            json.WriteBase64String("span_id"u8, Convert.FromHexString(link.SpanId));
            if (link.TraceState.Length > 0)
                json.WriteString("trace_state"u8, link.TraceState);
            WritePairs(json, "attributes"u8, link.Attributes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStatus(Utf8JsonWriter json, OtlpSpan span)
    {
        json.WriteStartObject("status"u8);
        if (span.StatusMessage.Length > 0)
            json.WriteString("message"u8, span.StatusMessage);
        if (span.StatusCode > 0 && span.StatusCode < OtlpSpan.StatusCodes.Count)
            json.WriteString("code"u8, OtlpSpan.StatusCodes[span.StatusCode]);
        json.WriteEndObject();
    }

    private static void WritePairs(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<OtlpPair> pairs)
    {
        if (pairs.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var pair in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, pair.Key);
            json.WritePropertyName("value"u8);
            WriteValue(json, pair.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        json.WriteStartObject();
        switch (value)
        {
            case string text: json.WriteString("string_value"u8, text); break;
            case bool flag: json.WriteBoolean("bool_value"u8, flag); break;
            case long number: json.WriteNumber("int_value"u8, number); break;
            case double number: Mlflow.JsonFields.WriteDouble(json, "double_value"u8, number); break;
            case byte[] bytes: json.WriteBase64String("bytes_value"u8, bytes); break;
            case List<object?> list:
                json.WriteStartObject("array_value"u8);
                json.WriteStartArray("values"u8);
                foreach (var item in list)
                    WriteValue(json, item);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case List<OtlpPair> pairs:
                json.WriteStartObject("kvlist_value"u8);
                WritePairs(json, "values"u8, pairs);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void WritePlain(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case byte[] bytes: json.WriteBase64StringValue(bytes); break;
            case List<object?> list:
                json.WriteStartArray();
                foreach (var item in list)
                    WritePlain(json, item);
                json.WriteEndArray();
                break;
            case List<OtlpPair> pairs:
                json.WriteStartObject();
                foreach (var pair in pairs)
                {
                    json.WritePropertyName(pair.Key);
                    WritePlain(json, pair.Value);
                }

                json.WriteEndObject();
                break;
            default: json.WriteNullValue(); break;
        }
    }
}
