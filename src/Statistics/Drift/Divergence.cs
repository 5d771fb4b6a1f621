namespace Assay.Statistics.Drift;

/// <summary>How far two counted distributions over the same bins are apart.</summary>
public static class Divergence
{
    /// <summary>
    /// Population stability index: Σ (aᵢ − eᵢ) ln(aᵢ / eᵢ) over the shares of the bins, in nats; 0 when they are equal,
    /// never negative. By custom below 0.1 is stable, up to 0.2 a moderate change, and beyond a major one. It is the sum of the two
    /// Kullback-Leibler divergences (Jeffreys, 1946). An empty bin counts as half a row of its sample, which keeps the
    /// logarithm finite and fades as samples grow; a bin that is empty in both is left out.
    /// </summary>
    /// <returns>0 when either sample has no rows.</returns>
    public static double Psi(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var (expectedRows, actualRows) = Totals(expected, actual);
        if (expectedRows == 0 || actualRows == 0)
            return 0;
        var index = 0.0;
        for (var bin = 0; bin < expected.Length; bin++)
            index += Part((expected[bin], expectedRows), (actual[bin], actualRows));
        return index;
    }

    /// <summary>What each bin adds to the index of <see cref="Psi"/>, none of it negative.</summary>
    /// <returns>Zeros when either sample has no rows.</returns>
    public static double[] PsiParts(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var (expectedRows, actualRows) = Totals(expected, actual);
        var parts = new double[expected.Length];
        for (var bin = 0; bin < parts.Length && expectedRows > 0 && actualRows > 0; bin++)
            parts[bin] = Part((expected[bin], expectedRows), (actual[bin], actualRows));
        return parts;
    }

    private static double Part((long Count, long Rows) expected, (long Count, long Rows) actual)
    {
        if (expected.Count == 0 && actual.Count == 0)
            return 0;
        var reference = Math.Max(expected.Count, 0.5) / expected.Rows;
        var live = Math.Max(actual.Count, 0.5) / actual.Rows;
        return (live - reference) * Math.Log(live / reference);
    }

    /// <summary>
    /// Jensen-Shannon distance with logarithms to base 2: the square root of the divergence (Lin, 1991), 0 for equal
    /// shares, 1 for samples without a common bin; a metric (Endres and Schindelin, 2003).
    /// </summary>
    /// <returns>0 when either sample has no rows.</returns>
    public static double JensenShannon(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var divergence = 0.0;
        foreach (var (reference, live) in Shares(expected, actual))
        {
            var middle = (reference + live) / 2;
            divergence += Term(reference, middle) + Term(live, middle);
        }

        return Math.Sqrt(Math.Clamp(divergence / 2, 0, 1));

        static double Term(double share, double middle) => share == 0 ? 0 : share * Math.Log2(share / middle);
    }

    /// <summary>The same with natural logarithms, from 0 to √ln 2, as some tools state it.</summary>
    /// <inheritdoc cref="JensenShannon"/>
    public static double JensenShannonNats(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual) =>
        JensenShannon(expected, actual) * Math.Sqrt(Math.Log(2));

    /// <summary>Hellinger distance √(½ Σ (√eᵢ − √aᵢ)²) (Hellinger, 1909), from 0 to 1; a metric.</summary>
    /// <inheritdoc cref="JensenShannon"/>
    public static double Hellinger(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var sum = 0.0;
        foreach (var (reference, live) in Shares(expected, actual))
            sum += (Math.Sqrt(reference) - Math.Sqrt(live)) * (Math.Sqrt(reference) - Math.Sqrt(live));
        return Math.Sqrt(Math.Min(1, sum / 2));
    }

    /// <summary>Total variation ½ Σ |eᵢ − aᵢ|, 0 to 1: the share of the rows that would have to change their bin.</summary>
    /// <inheritdoc cref="JensenShannon"/>
    public static double TotalVariation(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var sum = 0.0;
        foreach (var (reference, live) in Shares(expected, actual))
            sum += Math.Abs(reference - live);
        return sum / 2;
    }

    /// <summary>L-infinity: the largest difference between the shares of any one bin, 0 to 1.</summary>
    /// <inheritdoc cref="JensenShannon"/>
    public static double LInfinity(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var largest = 0.0;
        foreach (var (reference, live) in Shares(expected, actual))
            largest = Math.Max(largest, Math.Abs(reference - live));
        return largest;
    }

    /// <summary>
    /// Kolmogorov-Smirnov distance of two samples counted over the same ascending bins: the largest difference between the
    /// shares up to a bin's end, 0 to 1. Within bins nothing is seen, so it is at most that of the values themselves.
    /// </summary>
    /// <returns>0 when either sample has no rows.</returns>
    public static double KolmogorovSmirnov(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var (expectedRows, actualRows) = Totals(expected, actual);
        if (expectedRows == 0 || actualRows == 0)
            return 0;
        var (reference, live, largest) = (0.0, 0.0, 0.0);
        for (var bin = 0; bin < expected.Length; bin++)
        {
            reference += (double)expected[bin] / expectedRows;
            live += (double)actual[bin] / actualRows;
            largest = Math.Max(largest, Math.Abs(live - reference));
        }

        return largest;
    }

    // Nothing when either sample has no rows.
    private static (double Reference, double Live)[] Shares(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        var (expectedRows, actualRows) = Totals(expected, actual);
        if (expectedRows == 0 || actualRows == 0)
            return [];
        var shares = new (double, double)[expected.Length];
        for (var bin = 0; bin < shares.Length; bin++)
            shares[bin] = ((double)expected[bin] / expectedRows, (double)actual[bin] / actualRows);
        return shares;
    }

    internal static (long Expected, long Actual) Totals(ReadOnlySpan<long> expected, ReadOnlySpan<long> actual)
    {
        if (expected.Length != actual.Length)
            throw new ArgumentException($"Counts over {expected.Length} and {actual.Length} bins can't be compared.", nameof(actual));
        long expectedRows = 0;
        long actualRows = 0;
        for (var bin = 0; bin < expected.Length; bin++)
        {
            expectedRows += expected[bin];
            actualRows += actual[bin];
        }

        return (expectedRows, actualRows);
    }
}
