using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Assay.Kernel;

/// <summary>
/// JSON in the one form that RFC 8785 (JCS) allows for a value, so that its bytes can be hashed: members sorted by UTF-16
/// code units, no white space, numbers as ECMAScript writes them, text as UTF-8 with the fewest escapes.
/// </summary>
/// <remarks>
/// A value that has no such form is refused with a <see cref="JsonException"/>: a member named twice, half a surrogate
/// pair, a number outside the doubles, or an integer that a double can't hold (send it as text).
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Canonical UTF-8 bytes of an object, by way of <see cref="JsonSerializer"/>.</summary>
    public static byte[] Write<T>(T value, JsonSerializerOptions? options = null) =>
        Write(JsonSerializer.SerializeToElement(value, options));

    /// <summary>Canonical UTF-8 bytes of JSON text.</summary>
    public static byte[] Rewrite(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement);
    }

    /// <summary>Canonical UTF-8 bytes of a parsed value.</summary>
    public static byte[] Write(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>();
        Append(output, value);
        return output.WrittenSpan.ToArray();
    }

    private static void Append(ArrayBufferWriter<byte> output, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(output, value);
                break;
            case JsonValueKind.Array:
                AppendArray(output, value);
                break;
            case JsonValueKind.String:
                AppendText(output, Text(value.GetString));
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(Number(value)));
                break;
            default:
                output.Write(Encoding.ASCII.GetBytes(value.GetRawText()));
                break;
        }
    }

    private static void AppendObject(ArrayBufferWriter<byte> output, JsonElement value)
    {
        var members = value.EnumerateObject().Select(member => (Name: Text(() => member.Name), member.Value)).ToList();
        members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        output.Write("{"u8);
        for (var index = 0; index < members.Count; index++)
        {
            if (index > 0)
            {
                if (members[index].Name == members[index - 1].Name)
                    throw new JsonException($"The member '{members[index].Name}' occurs twice.");
                output.Write(","u8);
            }

            AppendText(output, members[index].Name);
            output.Write(":"u8);
            Append(output, members[index].Value);
        }

        output.Write("}"u8);
    }

    private static void AppendArray(ArrayBufferWriter<byte> output, JsonElement value)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                output.Write(","u8);
            first = false;
            Append(output, item);
        }

        output.Write("]"u8);
    }

    private static string Text(Func<string?> read)
    {
        try
        {
            return read()!;
        }
        catch (InvalidOperationException problem)   // the reader's answer to half a surrogate pair
        {
            throw new JsonException("A text holds half a surrogate pair.", problem);
        }
    }

    private static void AppendText(ArrayBufferWriter<byte> output, string text)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append(@"\\"),
                '\b' => escaped.Append("\\b"),
                '\t' => escaped.Append("\\t"),
                '\n' => escaped.Append("\\n"),
                '\f' => escaped.Append("\\f"),
                '\r' => escaped.Append("\\r"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => escaped.Append(character),
            };
        }

        output.Write(Encoding.UTF8.GetBytes(escaped.Append('"').ToString()));
    }

    private static string Number(JsonElement value)
    {
        var raw = value.GetRawText();
        var number = value.GetDouble();
        if (!double.IsFinite(number))
            throw new JsonException($"The number {raw} is outside the range of a double.");
        var canonical = EcmaScript(number);
        if (raw != canonical && !raw.AsSpan().ContainsAny(".eE")
            && BigInteger.Parse(raw, CultureInfo.InvariantCulture) != new BigInteger(number))
            throw new JsonException($"The integer {raw} can't be held exactly; send it as text.");
        return canonical;
    }

    /// <summary>ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20): the shortest digits that read back as the same double.</summary>
    internal static string EcmaScript(double number)
    {
        if (number == 0)
            return "0";

        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var whole = shortest[0].Split('.')[0];
        var fractionDigits = shortest[0].Length > whole.Length ? shortest[0][(whole.Length + 1)..] : "";
        var all = (whole + fractionDigits).TrimStart('0');
        var leadingZeros = whole.Length + fractionDigits.Length - all.Length;
        var exponent = shortest.Length > 1 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : 0;
        var digits = all.TrimEnd('0');
        var point = whole.Length - leadingZeros + exponent;
        var sign = number < 0 ? "-" : "";

        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? sign + digits.PadRight(point, '0')
                : $"{sign}{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";

        var fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{point - 1:+0;-0}");
    }
}
