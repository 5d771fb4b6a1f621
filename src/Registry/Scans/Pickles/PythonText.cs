using System.Globalization;
using System.Text;

namespace Assay.Registry.Scans.Pickles;

/// <summary>String literals as protocols 0 and 1 write them.</summary>
internal static class PythonText
{
    /// <summary>The text between quotes, with its escapes: <c>'os\x2e'</c>. Null when the line is no such literal.</summary>
    public static string? Quoted(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line).TrimEnd(' ', '\t', '\r');
        return text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? Unescape(text[1..^1], Escape) : null;
    }

    /// <summary>Text in which only <c>\uXXXX</c> and <c>\UXXXXXXXX</c> stand for other letters.</summary>
    public static string RawUnicode(ReadOnlySpan<byte> line) => Unescape(Encoding.Latin1.GetString(line), UnicodeEscape);

    private static string Unescape(string text, Func<string, int, StringBuilder, int> escape)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var used = text[at] == '\\' && at + 1 < text.Length ? escape(text, at, result) : 0;
            if (used == 0)
                result.Append(text[at]);
            at += Math.Max(used, 1);
        }

        return result.ToString();
    }

    // How many letters an escape takes; 0 when the backslash stands for itself.
    private static int Escape(string text, int at, StringBuilder result)
    {
        var letter = text[at + 1];
        if (letter is 'x')
            return Coded(text, at + 2, 2, result) is > 0 and var hex ? hex + 2 : 0;
        if (letter is >= '0' and <= '7')
        {
            var length = 1;
            while (length < 3 && at + 1 + length < text.Length && text[at + 1 + length] is >= '0' and <= '7')
                length++;
            result.Append((char)Convert.ToInt32(text.Substring(at + 1, length), 8));
            return length + 1;
        }

        var index = "\\'\"abfnrtv".IndexOf(letter, StringComparison.Ordinal);
        if (index < 0)
            return 0;
        result.Append("\\'\"\a\b\f\n\r\t\v"[index]);
        return 2;
    }

    private static int UnicodeEscape(string text, int at, StringBuilder result) => text[at + 1] switch
    {
        'u' => Coded(text, at + 2, 4, result) > 0 ? 6 : 0,
        'U' => Coded(text, at + 2, 8, result) > 0 ? 10 : 0,
        _ => 0,
    };

    private static int Coded(string text, int start, int length, StringBuilder result)
    {
        if (start + length > text.Length
            || !uint.TryParse(text.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code > 0x10ffff)
        {
            return 0;
        }

        if (code <= char.MaxValue)
            result.Append((char)code);
        else
            result.Append(char.ConvertFromUtf32((int)code));
        return length;
    }
}
