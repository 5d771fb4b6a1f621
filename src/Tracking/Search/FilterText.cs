using System.Text;

namespace Assay.Tracking.Search;

/// <summary>Reads a filter or an ordering from left to right.</summary>
internal sealed class FilterText(string text)
{
    private int _at;

    public bool IsAtEnd
    {
        get
        {
            SkipSpaces();
            return _at >= text.Length;
        }
    }

    /// <summary>What has not been read, for a message.</summary>
    public string Rest => text[Math.Min(_at, text.Length)..] is { Length: > 100 } rest ? rest[..100] + "…" : text[Math.Min(_at, text.Length)..];

    /// <summary>The next character that is no space; 0 at the end.</summary>
    public char Peek()
    {
        SkipSpaces();
        return _at < text.Length ? text[_at] : '\0';
    }

    /// <summary>Whether a letter comes anywhere in what has not been read.</summary>
    public bool StillHas(char letter) => _at < text.Length && text.IndexOf(letter, _at) >= 0;

    /// <summary>Reads a word of letters if it is this one, in any case.</summary>
    public bool TakeWord(string word)
    {
        SkipSpaces();
        var end = _at + word.Length;
        if (end > text.Length || !text.AsSpan(_at, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase) || (end < text.Length && IsWord(text[end])))
            return false;
        _at = end;
        return true;
    }

    /// <summary>The next word, without reading on; empty when there is none.</summary>
    public string NextWord()
    {
        SkipSpaces();
        var end = _at;
        while (end < text.Length && IsWord(text[end]))
            end++;
        return text[_at..end];
    }

    public bool Take(char letter)
    {
        if (Peek() != letter)
            return false;
        _at++;
        return true;
    }

    /// <summary>
    /// A name, perhaps with a word and a dot before it, each perhaps in quotes: <c>metrics.`f1 score`</c>. The first word is
    /// empty when there is none.
    /// </summary>
    public (string Word, string Key)? TakeName()
    {
        SkipSpaces();
        var (start, dot) = (_at, -1);
        while (_at < text.Length)
        {
            var letter = text[_at];
            if (letter is '`' or '"')
            {
                var close = text.IndexOf(letter, _at + 1);
                if (close < 0)
                    return null;
                _at = close + 1;
            }
            else if (letter == '.' || IsWord(letter))
            {
                if (letter == '.' && dot < 0)
                    dot = _at;
                _at++;
            }
            else
            {
                break;
            }
        }

        if (_at == start)
            return null;
        return dot < 0 ? ("", Bare(text[start.._at])) : (Bare(text[start..dot]), Bare(text[(dot + 1).._at]));
    }

    /// <summary>A text in single or double quotes, in which a doubled quote stands for one.</summary>
    public string? TakeQuoted()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"'))
            return null;
        var read = new StringBuilder();
        for (var i = _at + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                read.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == quote)
            {
                read.Append(quote);
                i++;
            }
            else
            {
                _at = i + 1;
                return read.ToString();
            }
        }

        return null;
    }

    /// <summary>Characters up to the next space, comma or parenthesis.</summary>
    public string TakeBare()
    {
        SkipSpaces();
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not (',' or '(' or ')'))
            _at++;
        return text[start.._at];
    }

    /// <summary>A run of the characters that comparisons are made of.</summary>
    public string TakeSymbol()
    {
        SkipSpaces();
        var start = _at;
        while (_at < text.Length && text[_at] is '<' or '>' or '=' or '!' or '~')
            _at++;
        return text[start.._at];
    }

    private void SkipSpaces()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '$' or '#' or '@';

    private static string Bare(string name) => name is ['`', .., '`'] or ['"', .., '"'] ? name[1..^1] : name;
}
