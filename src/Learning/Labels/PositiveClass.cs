using System.Globalization;

namespace Assay.Learning.Labels;

/// <summary>
/// Decides which of two label values is the positive class. The first rule that tells them apart holds: (1) one is an
/// affirmation (yes, y, true, t, positive, whatever the case) and the other is not; (2) both are numbers: the
/// greater; (3) only one begins with '&gt;': that; (4) the rarer; (5) the ordinally later.
/// </summary>
internal static class PositiveClass
{
    private static readonly string[] Affirmations = ["yes", "y", "true", "t", "positive"];

    /// <summary>The negative class, then the positive one.</summary>
    public static IReadOnlyList<string> Order(string one, string other, Func<string, int> countOf) =>
        IsPositive(one, other, countOf) ? [other, one] : [one, other];

    private static bool IsPositive(string one, string other, Func<string, int> countOf)
    {
        if (Affirms(one) != Affirms(other))
            return Affirms(one);
        if (NumberOf(one) is { } oneNumber && NumberOf(other) is { } otherNumber && oneNumber != otherNumber)
            return oneNumber > otherNumber;
        if (one.StartsWith('>') != other.StartsWith('>'))
            return one.StartsWith('>');
        var (oneCount, otherCount) = (countOf(one), countOf(other));
        return oneCount != otherCount ? oneCount < otherCount : string.CompareOrdinal(one, other) > 0;
    }

    private static bool Affirms(string value) => Affirmations.Contains(value.Trim(), StringComparer.OrdinalIgnoreCase);

    private static double? NumberOf(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
