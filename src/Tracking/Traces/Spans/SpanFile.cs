using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Spans;

/// <summary>
/// Spans as MLflow's clients keep them in the file <c>traces.json</c> of a trace: by version 3 with ids in base64, by version
/// 2 with ids in hexadecimal; the values of attributes are JSON within texts in both.
/// </summary>
internal static class SpanFile
{
    /// <summary>Values of attributes may be nested more than JSON is read by default.</summary>
    public static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <summary>The spans of a file, in the order in which they began.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: the file is none of MLflow's.</exception>
    public static async Task<List<SpanRow>> Read(Stream file, string traceId, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(file, Deep, cancel);
            var spans = document.RootElement.Member("spans") is { ValueKind: JsonValueKind.Array } list ? Spans(list, asSent: false) : [];
            return [.. spans.OrderBy(span => span.StartedNs).Select(Row)];
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException)
        {
            throw MlflowError.Invalid($"The file traces.json of the trace '{traceId}' does not hold spans of MLflow.");
        }
    }

    /// <summary>The spans of a list as clients keep it in a file.</summary>
    /// <param name="list">The list.</param>
    /// <param name="asSent">Whether values of attributes stay as they are, as clients send them, and are not read as JSON within a text.</param>
    /// <exception cref="FormatException">An id is none.</exception>
    /// <exception cref="InvalidOperationException">It is another kind of JSON.</exception>
    public static List<OtlpSpan> Spans(JsonElement list, bool asSent) => [.. list.EnumerateArray().Select(item => ReadSpan(item, asSent))];

    /// <summary>The attributes of a span or an event, from what <see cref="SpanContent"/> wrote.</summary>
    public static IEnumerable<OtlpPair> PairsOf(JsonElement item)
    {
        foreach (var pair in item.Member("attributes")?.EnumerateArray() ?? default)
            yield return new(pair.GetProperty("key").GetString()!, Kept(pair.GetProperty("value")));
    }

    public static bool IsJson(string text)
    {
        if (text is not (['"', .., '"'] or ['{', .., '}'] or ['[', .., ']']))
            return false;
        try
        {
            using var json = JsonDocument.Parse(text, Deep);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static SpanRow Row(OtlpSpan span) => new(
        span.SpanId, span.ParentId.Length == 0 ? null : span.ParentId, span.TraceId, span.StartedNs, span.EndedNs > 0 ? span.EndedNs : null, SpanContent.Of(span));

    private static OtlpSpan ReadSpan(JsonElement item, bool asSent)
    {
        var old = item.Member("context");
        var span = new OtlpSpan
        {
            TraceId = old is null ? FromBase64(item, "trace_id") : FromHex(old.Value, "trace_id"),
            SpanId = old is null ? FromBase64(item, "span_id") : FromHex(old.Value, "span_id"),
            ParentId = old is null ? FromBase64(item, "parent_span_id") : FromHex(item, "parent_id"),
            Name = item.Member("name")?.GetString() ?? "",
            StartedNs = (item.Member("start_time_unix_nano") ?? item.Member("start_time"))?.GetInt64() ?? 0,
            EndedNs = (item.Member("end_time_unix_nano") ?? item.Member("end_time"))?.GetInt64() ?? 0,
        };
        var (code, message) = old is null ? (item.Member("status")?.Member("code"), item.Member("status")?.Member("message")) : (item.Member("status_code"), item.Member("status_message"));
        span.StatusCode = code?.GetString() switch { "OK" or "STATUS_CODE_OK" => 1, "ERROR" or "STATUS_CODE_ERROR" => 2, _ => 0 };
        span.StatusMessage = message?.GetString() ?? "";
        span.Attributes.AddRange(Attributes(item, asSent));
        foreach (var one in item.Member("events")?.EnumerateArray() ?? default)
        {
            var made = new OtlpEvent { Name = one.Member("name")?.GetString() ?? "", TimeNs = (one.Member("time_unix_nano") ?? one.Member("timestamp"))?.GetInt64() ?? 0 };
            made.Attributes.AddRange(Attributes(one, asSent));
            span.Events.Add(made);
        }

        return span;
    }

    private static IEnumerable<OtlpPair> Attributes(JsonElement item, bool asSent)
    {
        foreach (var member in item.Member("attributes")?.EnumerateObject() ?? default)
            yield return new(member.Name, member.Value.ValueKind == JsonValueKind.String && !asSent ? Decoded(member.Value.GetString()!) : Value(member.Value));
    }

    private static object? Decoded(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Deep);
            return Value(json.RootElement);
        }
        catch (JsonException)   // a text that is itself
        {
            return text;
        }
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => value.EnumerateObject().Select(member => new OtlpPair(member.Name, Value(member.Value))).ToList(),
        _ => null,
    };

    private static object? Kept(JsonElement value)
    {
        foreach (var member in value.EnumerateObject())
        {
            return member.Name switch
            {
                "array_value" => member.Value.GetProperty("values").EnumerateArray().Select(Kept).ToList(),
                "kvlist_value" => (member.Value.Member("values")?.EnumerateArray() ?? default).Select(pair => new OtlpPair(pair.GetProperty("key").GetString()!, Kept(pair.GetProperty("value")))).ToList(),
                _ => Value(member.Value),
            };
        }

        return null;
    }

    private static string FromBase64(JsonElement item, string name) =>
        item.Member(name)?.GetString() is { Length: > 0 } text ? Convert.ToHexStringLower(Convert.FromBase64String(text)) : "";

    private static string FromHex(JsonElement item, string name)
    {
        var text = item.Member(name)?.GetString() ?? "";
        return Convert.ToHexStringLower(Convert.FromHexString(text.StartsWith("0x", StringComparison.Ordinal) ? text[2..] : text));
    }
}
