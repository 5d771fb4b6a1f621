using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Spans;

/// <summary>
/// Reads spans from the JSON of OpenTelemetry's protocol, in which names are camelCase, whole numbers of 64 bits may be texts,
/// and the ids of traces and spans are hexadecimal.
/// </summary>
internal static class OtlpJson
{
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static List<OtlpSpan> Read(ReadOnlyMemory<byte> request)
    {
        using var document = JsonDocument.Parse(request);
        var spans = new List<OtlpSpan>();
        foreach (var resource in Items(document.RootElement, "resourceSpans"))
        {
            foreach (var scope in Items(resource, "scopeSpans"))
                spans.AddRange(Items(scope, "spans").Select(ReadSpan));
        }

        return spans;
    }

    private static OtlpSpan ReadSpan(JsonElement item)
    {
        var status = item.Member("status") ?? default;
        var span = new OtlpSpan
        {
            TraceId = Hex(item, "traceId"),
            SpanId = Hex(item, "spanId"),
            ParentId = Hex(item, "parentSpanId"),
            TraceState = Text(item, "traceState"),
            Name = Text(item, "name"),
            Kind = Choice(item, "kind", OtlpSpan.Kinds),
            StartedNs = Number(item, "startTimeUnixNano"),
            EndedNs = Number(item, "endTimeUnixNano"),
            StatusCode = Choice(status, "code", OtlpSpan.StatusCodes),
            StatusMessage = Text(status, "message"),
        };
        span.Attributes.AddRange(Pairs(item, "attributes"));
        foreach (var one in Items(item, "events"))
        {
            var made = new OtlpEvent { TimeNs = Number(one, "timeUnixNano"), Name = Text(one, "name") };
            made.Attributes.AddRange(Pairs(one, "attributes"));
            span.Events.Add(made);
        }

        foreach (var one in Items(item, "links"))
        {
            var link = new OtlpLink { TraceId = Hex(one, "traceId"), SpanId = Hex(one, "spanId"), TraceState = Text(one, "traceState") };
            link.Attributes.AddRange(Pairs(one, "attributes"));
            span.Links.Add(link);
        }

        return span;
    }

    private static IEnumerable<OtlpPair> Pairs(JsonElement item, string name) =>
        Items(item, name).Select(pair => new OtlpPair(Text(pair, "key"), pair.Member("value") is { } value ? Value(value) : null));

    private static object? Value(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new FormatException("The value of an attribute is not an object such as {\"stringValue\": \"x\"}.");
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "stringValue": return Text(value, member.Name);
                case "boolValue": return member.Value.ValueKind == JsonValueKind.True;
                case "intValue": return Number(value, member.Name);
                case "doubleValue": return member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : double.NaN;
                case "bytesValue": return member.Value.TryGetBytesFromBase64(out var bytes) ? bytes : throw new FormatException("The bytes of an attribute are not base64.");
                case "arrayValue": return Items(member.Value, "values").Select(Value).ToList();
                case "kvlistValue": return Pairs(member.Value, "values").ToList();
            }
        }

        return null;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement item, string name)
    {
        if (item.Member(name) is not { } list)
            return default;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new FormatException($"'{name}' is not a list.");
    }

    private static string Text(JsonElement item, string name)
    {
        if (item.Member(name) is not { } text)
            return "";
        try
        {
            return text.ValueKind == JsonValueKind.String ? TraceFields.Kept(text.GetString()!) : throw new FormatException($"'{name}' is not a text.");
        }
        catch (InvalidOperationException problem)   // half a surrogate pair
        {
            throw new FormatException($"'{name}' is not a text of Unicode.", problem);
        }
    }

    private static string Hex(JsonElement item, string name)
    {
        var text = Text(item, name);
        return text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : throw new FormatException($"'{name}' is not hexadecimal.");
    }

    private static long Number(JsonElement item, string name)
    {
        if (item.Member(name) is not { } number)
            return 0;
        if (number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var whole))
            return whole;
        return number.ValueKind == JsonValueKind.String && long.TryParse(number.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)
            ? digits
            : throw new FormatException($"'{name}' is not a whole number.");
    }

    private static int Choice(JsonElement item, string name, IReadOnlyList<string> names)
    {
        if (item.Member(name) is not { } value)
            return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        for (var i = 0; i < names.Count; i++)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(names[i]))
                return i;
        }

        throw new FormatException($"'{name}' is none of {string.Join(", ", names)}.");
    }
}
