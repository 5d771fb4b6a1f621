using System.Text;

namespace Assay.Registry.Scans.Documents;

/// <summary>
/// Finds every <c>"name": "text"</c> in a stream of any size, JSON alone or among other bytes as in HDF5; escapes are undone,
/// so that nothing hides behind <c>\u004c</c>.
/// </summary>
internal sealed class JsonPairs
{
    private const int TextBytesMax = 4096;
    private readonly List<byte> _text = [];
    private string? _last;
    private string? _name;
    private bool _inText;
    private bool _escaped;

    public static IEnumerable<(string Name, string Text)> In(Stream content, ScanBudget budget)
    {
        var pairs = new JsonPairs();
        var buffer = new byte[64 * 1024];
        content.Position = 0;
        for (var read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            budget.CheckTime();
            for (var at = 0; at < read; at++)
            {
                if (pairs.Take(buffer[at]) is { } pair)
                    yield return pair;
            }
        }
    }

    private (string, string)? Take(byte letter)
    {
        if (_inText)
            return TakeInText(letter);
        switch (letter)
        {
            case (byte)'"':
                _inText = true;
                _text.Clear();
                break;
            case (byte)':':
                (_name, _last) = (_last, null);
                break;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                break;
            default:
                (_name, _last) = (null, null);
                break;
        }

        return null;
    }

    private (string, string)? TakeInText(byte letter)
    {
        if (letter == '"' && !_escaped)
        {
            _inText = false;
            _last = Unescape(Encoding.UTF8.GetString([.. _text]));
            var pair = _name is null ? ((string, string)?)null : (_name, _last);
            _name = null;
            return pair;
        }

        // Among other bytes a quote may open what is no text: control characters and endless ones end it.
        if (letter < ' ' || _text.Count >= TextBytesMax)
            (_inText, _escaped, _last, _name) = (false, false, null, null);
        else
            (_escaped, _) = (letter == '\\' && !_escaped, Add(letter));
        return null;
    }

    private bool Add(byte letter)
    {
        _text.Add(letter);
        return true;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                result.Append(text[at]);
            }
            else if (text[++at] == 'u' && at + 4 < text.Length && ushort.TryParse(text.AsSpan(at + 1, 4), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
            {
                result.Append((char)code);
                at += 4;
            }
            else
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }
}
