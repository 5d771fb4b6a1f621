using System.Diagnostics.CodeAnalysis;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces;

/// <summary>What clients send of a trace, checked and cut to what is kept.</summary>
internal static class TraceFields
{
    public const int ValueLengthMax = 8000;
    public const int PreviewLengthMax = 10_000;
    private const int PairsMax = 1000;

    /// <summary>The id that a client chose for a trace, which is also the name of a folder.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public static string DemandId(string id) => id.Length is > 0 and <= Trace.IdLengthMax
        && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':') && char.IsAsciiLetterOrDigit(id[0])
        ? id
        : throw MlflowError.Invalid(
            $"Invalid value for parameter 'trace_id' supplied: it has 1 to {Trace.IdLengthMax} letters, digits, dashes, underscores, dots or colons, and begins with a letter or digit.");

    /// <summary>Pairs whose values are cut to what is kept; of two with one key the later counts.</summary>
    public static List<KeyValuePair<string, string>> Checked(IReadOnlyList<KeyValuePair<string, string>> pairs, string field)
    {
        if (pairs.Count > PairsMax)
            throw MlflowError.Invalid($"'{field}' has {pairs.Count} entries; at most {PairsMax} are kept.");
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            if (key.Length == 0)
                throw MlflowError.Missing($"{field}.key");
            kept[Kept(Names.DemandLength(key, Names.LengthMax, "Key", $"{field}.key"))] = Kept(Names.Cut(value, ValueLengthMax));
        }

        return [.. kept];
    }

    /// <summary>A text as it can be kept: PostgreSQL has no place for the character 0.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Kept(string? text) => text?.Replace('\0', '\uFFFD');
}
