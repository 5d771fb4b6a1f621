namespace Assay.Statistics.Drift;

/// <summary>A table of counts, rows by columns, tested for independence.</summary>
/// <param name="Statistic">Approximately chi-square distributed; null when it can't be told.</param>
/// <param name="PValue">Null when it can't be told.</param>
/// <param name="DegreesOfFreedom">(rows − 1)(columns − 1), rows and columns without counts left out.</param>
/// <param name="LeastExpected">The smallest expected count: below 5 the p-value is rough (Cochran, 1954).</param>
/// <param name="Unknown">Why a number is missing.</param>
public sealed record ContingencyResult(double? Statistic, double? PValue, int DegreesOfFreedom, double LeastExpected, string? Unknown = null);

/// <summary>
/// Tests whether samples spread over categories alike: Pearson's chi-square (1900) and the G test, which is the likelihood
/// ratio (Wilks, 1935). No cells are pooled; see <see cref="ChiSquare.Homogeneity"/> for a test that pools rare ones.
/// </summary>
public static class ContingencyTest
{
    private const double YatesCorrection = 0.5;

    /// <summary>Σ (observed − expected)² / expected.</summary>
    /// <param name="table">Rows of equal length; counts of at least 0.</param>
    /// <param name="yates">Whether a table of one degree of freedom is corrected for continuity (Yates, 1934).</param>
    public static ContingencyResult Pearson(IReadOnlyList<long[]> table, bool yates = true) =>
        Test(table, yates, (observed, expected) => (observed - expected) * (observed - expected) / expected);

    /// <summary>2 Σ observed · ln(observed / expected).</summary>
    /// <inheritdoc cref="Pearson"/>
    public static ContingencyResult G(IReadOnlyList<long[]> table, bool yates = true) =>
        Test(table, yates, (observed, expected) => observed == 0 ? 0 : 2 * observed * Math.Log(observed / expected));

    private static ContingencyResult Test(IReadOnlyList<long[]> table, bool yates, Func<double, double, double> term)
    {
        if (table.Count > 0 && table.Any(row => row.Length != table[0].Length || row.Any(count => count < 0)))
            throw new ArgumentException("The rows of a table of counts have the same number of columns, and counts of at least 0.", nameof(table));
        var rows = table.Where(row => row.Any(count => count > 0)).ToArray();
        var columns = rows.Length == 0 ? [] : Enumerable.Range(0, rows[0].Length).Where(column => rows.Any(row => row[column] > 0)).ToArray();
        if (rows.Length < 2)
            return new(null, null, 0, 0, "A sample has no values.");
        if (columns.Length < 2)
            return new(0, 1, 0, 0, "All values are equal.");
        var rowSums = Array.ConvertAll(rows, row => (double)row.Sum());
        var columnSums = Array.ConvertAll(columns, column => (double)rows.Sum(row => row[column]));
        var total = rowSums.Sum();
        var degrees = (rows.Length - 1) * (columns.Length - 1);
        var (statistic, least) = (0.0, double.PositiveInfinity);
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < columns.Length; j++)
            {
                var (observed, expected) = ((double)rows[i][columns[j]], rowSums[i] * columnSums[j] / total);
                least = Math.Min(least, expected);
                if (yates && degrees == 1)
                    observed += Math.CopySign(Math.Min(YatesCorrection, Math.Abs(expected - observed)), expected - observed);
                statistic += term(observed, expected);
            }
        }

        return new(statistic, ChiSquare.Survival(Math.Max(0, statistic), degrees), degrees, least);
    }
}
