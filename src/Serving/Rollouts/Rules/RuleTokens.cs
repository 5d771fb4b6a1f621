using System.Text.RegularExpressions;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>The words of a rule, one after the other.</summary>
internal sealed partial class RuleTokens
{
    private readonly string _text;
    private Match _next;

    public RuleTokens(string text)
    {
        _text = text;
        _next = Read(0);
    }

    /// <summary>The word that comes next; empty at the end.</summary>
    public string Next => _next.Groups["word"].Value;

    /// <summary>Where it begins.</summary>
    public int Start => _next.Groups["word"].Index;

    /// <summary>Where the word before it ended.</summary>
    public int End { get; private set; }

    public string Since(int start) => _text[start..End];

    public bool IsName => Next.Length > 0 && (char.IsAsciiLetter(Next[0]) || Next[0] is '_' or ':');

    /// <summary>Takes the word that comes next.</summary>
    public string Take()
    {
        var word = Next;
        if (word.Length == 0)
            throw new FormatException("It ends too early.");
        End = Start + word.Length;
        _next = Read(End);
        return word;
    }

    public bool TryTake(string word)
    {
        if (Next != word)
            return false;
        Take();
        return true;
    }

    public void Expect(string word)
    {
        if (!TryTake(word))
            throw Unexpected($"'{word}'");
    }

    public FormatException Unexpected(string wanted) =>
        new(Next.Length == 0 ? $"It ends where {wanted} is expected." : $"At '{Next}' (letter {Start + 1}) {wanted} is expected.");

    private Match Read(int from)
    {
        var match = Word().Match(_text, from);
        return match.Success ? match : throw new FormatException($"The sign '{_text.AsSpan(from).TrimStart()[0]}' is not known.");
    }

    // Nothing in it can be matched in two ways, so it takes no longer than the text.
    [GeneratedRegex("""\G\s*(?<word>[A-Za-z_:][A-Za-z0-9_:]*|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+|[smhd](?![A-Za-z0-9]))?|"[^"\\]*"|'[^'\\]*'|[<>=!]=|[-+*/<>=(){}\[\],]|\z)""", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
