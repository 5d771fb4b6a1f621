using System.Globalization;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Distributions;

/// <summary>The bins of a reference with the rows of both sides.</summary>
internal static class DistributionBins
{
    private const string MissingLabel = "no value";
    private const string OtherLabel = "every other value";

    /// <summary>All bins; those of other and of missing values only where a side has any.</summary>
    public static List<DistributionBin> Of(Baseline baseline, CountedWindow window)
    {
        // As the test compares them: categories that are rare in the reference are among the others.
        var (reference, live) = RareCategories.Pool(baseline, window.Counts);
        long[] expected = [.. reference.Counts, reference.Missing];
        long[] actual = [.. live, window.Missing];
        var (expectedRows, actualRows, parts) = (expected.Sum(), actual.Sum(), Divergence.PsiParts(expected, actual));
        var bins = new List<DistributionBin>();
        for (var bin = 0; bin < expected.Length; bin++)
        {
            var (kind, label, above, upTo) = Name(reference, bin);
            if (kind is BinKind.Other or BinKind.Missing && expected[bin] + actual[bin] == 0)
                continue;
            bins.Add(new(kind, label, above, upTo, expected[bin], actual[bin], Share(expected[bin], expectedRows), Share(actual[bin], actualRows), parts[bin]));
        }

        return bins;
    }

    private static (BinKind Kind, string Label, double? Above, double? UpTo) Name(Baseline reference, int bin)
    {
        if (bin == reference.Counts.Count)
            return (BinKind.Missing, MissingLabel, null, null);
        if (reference.Categories is { } categories)
            return bin < categories.Count ? (BinKind.Category, categories[bin], null, null) : (BinKind.Other, OtherLabel, null, null);
        var edges = reference.Edges ?? [];
        double? above = bin > 0 ? edges[bin - 1] : null;
        double? upTo = bin < edges.Count ? edges[bin] : null;
        return (BinKind.Range, Words(above, upTo), above, upTo);
    }

    private static string Words(double? above, double? upTo) => (above, upTo) switch
    {
        (null, null) => "any number",
        (null, { } edge) => $"up to {Text(edge)}",
        ({ } edge, null) => $"above {Text(edge)}",
        ({ } low, { } high) => $"{Text(low)} to {Text(high)}",
    };

    private static string Text(double edge) => edge.ToString("G5", CultureInfo.InvariantCulture);

    private static double? Share(long count, long rows) => rows == 0 ? null : (double)count / rows;
}
