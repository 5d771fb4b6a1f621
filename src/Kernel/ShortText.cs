namespace Assay.Kernel;

/// <summary>Texts that others wrote, where there is room for so much.</summary>
public static class ShortText
{
    /// <summary>The text, or its beginning and "…" where it is longer; never half of a letter that takes two places, which no database would store.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="lengthMax">Characters of the result, at least 2.</param>
    public static string Shortened(this string text, int lengthMax)
    {
        if (text.Length <= lengthMax)
            return text;
        var length = lengthMax - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
