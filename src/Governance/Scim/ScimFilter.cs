using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Scim;

/// <summary>One comparison of a filter.</summary>
/// <param name="Attribute">Lower case, without the schema's name.</param>
/// <param name="Operator"><c>eq</c>, <c>sw</c> or <c>co</c>.</param>
/// <param name="Value">As text; <c>true</c> and <c>false</c> for flags.</param>
internal sealed record ScimComparison(string Attribute, string Operator, string Value);

/// <summary>Reads the part of SCIM's filters (RFC 7644, 3.4.2.2) that directories use: comparisons joined by <c>and</c>.</summary>
internal static partial class ScimFilter
{
    private const int LengthMax = 2000;
    private const int ComparisonsMax = 10;

    /// <param name="filter">Null for none.</param>
    /// <param name="known">Attributes that may be compared, in lower case.</param>
    /// <param name="field">What the text came from, for the refusal: <c>filter</c> or <c>path</c>.</param>
    /// <exception cref="Refusal">It is not understood.</exception>
    public static IReadOnlyList<ScimComparison> Parse(string? filter, IReadOnlyCollection<string> known, string field = "filter")
    {
        if (string.IsNullOrWhiteSpace(filter))
            return [];
        if (filter.Length > LengthMax)
            throw Refusal.Invalid(field, $"A filter has at most {LengthMax} characters.");

        var (read, at) = (new List<ScimComparison>(), 0);
        while (true)
        {
            var match = Comparison().Match(filter, at);
            if (!match.Success || match.Index != at || read.Count == ComparisonsMax)
                throw Refusal.Invalid(field, $"The filter is not understood from '{Excerpt(filter, at)}' on: write up to {ComparisonsMax} comparisons such as 'userName eq \"ada\"', joined by 'and'.");
            var attribute = Bare(match.Groups["attribute"].Value);
            if (!known.Contains(attribute))
                throw Refusal.Invalid(field, $"'{match.Groups["attribute"].Value}' can't be compared here. Known: {string.Join(", ", known)}.");
            read.Add(new(attribute, match.Groups["operator"].Value.ToLowerInvariant(), Value(match.Groups["value"].Value, field)));
            at = match.Index + match.Length;
            if (at == filter.Length)
                return read;

            var and = And().Match(filter, at);
            if (!and.Success || and.Index != at)
                throw Refusal.Invalid(field, $"The filter is not understood from '{Excerpt(filter, at)}' on: comparisons are joined by 'and'.");
            at += and.Length;
        }
    }

    /// <summary>An attribute's name in lower case, without the schema that may stand before it.</summary>
    public static string Bare(string attribute) => attribute[(attribute.LastIndexOf(':') + 1)..].ToLowerInvariant();

    private static string Value(string text, string field)
    {
        try
        {
            var value = text[0] == '"' ? JsonSerializer.Deserialize<string>(text)! : text.ToLowerInvariant();
            return value.Contains('\0', StringComparison.Ordinal) ? throw Refusal.Invalid(field, "Nothing has a name with such a character.") : value;
        }
        catch (JsonException)
        {
            throw Refusal.Invalid(field, $"{Excerpt(text, 0)} is no JSON text.");
        }
    }

    private static string Excerpt(string filter, int at) => filter.Substring(at, Math.Min(40, filter.Length - at));

    [GeneratedRegex("""\s*(?<attribute>[A-Za-z][\w.:\-$]{0,200})\s+(?<operator>eq|sw|co)\s+(?<value>"(?:[^"\\]|\\.)*"|true|false)\s*""", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();
}
