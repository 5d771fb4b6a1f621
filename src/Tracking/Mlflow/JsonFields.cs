using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Mlflow;

/// <summary>Reads single JSON values by MLflow's rules, and writes doubles by them.</summary>
internal static class JsonFields
{
    private const string NaN = "NaN";
    private const string Infinity = "Infinity";
    private const string MinusInfinity = "-Infinity";

    /// <summary>The member of an object; null when it is absent or null.</summary>
    public static JsonElement? Member(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(value, field);
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)   // half a surrogate pair, which no text has
        {
            throw MlflowError.Value(field, "of this text", "Hint: It holds half of a surrogate pair.");
        }
    }

    /// <summary>The text of a member; null when it is absent.</summary>
    public static string? TextOf(this JsonElement item, string name, string field) => item.Member(name) is { } value ? Text(value, field) : null;

    /// <summary>The texts of an object, by their names; none when it is absent.</summary>
    public static List<KeyValuePair<string, string>> TextsOf(this JsonElement item, string name, string field)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        if (item.Member(name) is not { } map)
            return pairs;
        if (map.ValueKind != JsonValueKind.Object)
            throw Wrong(map, field);
        foreach (var member in map.EnumerateObject())
            pairs.Add(new(NameOf(member, field), Text(member.Value, field)!));
        return pairs;
    }

    /// <summary>The name of a member of an object.</summary>
    public static string NameOf(JsonProperty member, string field)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)   // half a surrogate pair, which no text has
        {
            throw MlflowError.Value(field, "of this name", "Hint: It holds half of a surrogate pair.");
        }
    }

    /// <summary>One of the names of an enumeration, or its number from 0; null when it is absent.</summary>
    public static string? ChoiceOf(this JsonElement item, string name, IReadOnlyList<string> names, string field)
    {
        if (item.Member(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return names.FirstOrDefault(one => value.ValueEquals(one)) ?? throw Wrong(value, field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 && number < names.Count
            ? names[number]
            : throw Wrong(value, field);
    }

    public static long Integer(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var whole))
                return whole;
            if (value.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < 9e18)
                return (long)number;
        }

        return value.ValueKind == JsonValueKind.String
            && long.TryParse(Text(value, field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var digits)
            ? digits
            : throw Wrong(value, field);
    }

    public static double Number(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
            return number;
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(value, field);
        return Text(value, field) switch
        {
            NaN => double.NaN,
            Infinity => double.PositiveInfinity,
            MinusInfinity => double.NegativeInfinity,
            var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => throw Wrong(value, field),
        };
    }

    public static Refusal Wrong(JsonElement value, string field) => MlflowError.Value(field, Compact(value), $"Hint: Value was of type '{TypeOf(value)}'.");

    /// <summary>The value without spaces, as messages show it.</summary>
    public static string Compact(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            try
            {
                value.WriteTo(json);
            }
            catch (InvalidOperationException)   // half a surrogate pair
            {
                return "of this text";
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes a double that may be no number or infinite, which JSON has no number for.</summary>
    public static void WriteDouble(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, NotFinite(value));
    }

    /// <summary>The word for a double that is no number or infinite.</summary>
    public static string NotFinite(double value) => double.IsNaN(value) ? NaN : value > 0 ? Infinity : MinusInfinity;

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "str",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        _ => value.TryGetInt64(out _) ? "int" : "float",
    };
}
