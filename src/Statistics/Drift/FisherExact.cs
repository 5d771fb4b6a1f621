using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// Fisher's exact test of a two-by-two table, two-sided: the chance, with all four sums fixed, of a table that is at most
/// as likely as this one (Fisher, 1922; Irwin, 1935). For any counts, however small.
/// </summary>
public static class FisherExact
{
    // Tables that are equally likely differ by rounding, of sums of logarithms of factorials.
    private const double Tied = 1e-9;

    /// <summary>Tests ((a, b), (c, d)); the statistic is the odds ratio ad / bc, which is infinite when b or c is 0.</summary>
    public static TwoSampleResult Test(long a, long b, long c, long d)
    {
        if (a < 0 || b < 0 || c < 0 || d < 0)
            throw new ArgumentOutOfRangeException(nameof(a), "Counts are at least 0.");
        var (row, otherRow, column) = (a + b, c + d, a + c);
        if (row == 0 || otherRow == 0 || column == 0 || b + d == 0)
            return new(null, 1, "A row or column has no counts, so the odds ratio can't be told.");
        var odds = b > 0 && c > 0 ? (double)a * d / ((double)b * c) : double.PositiveInfinity;
        var (least, most) = (Math.Max(0, column - otherRow), Math.Min(column, row));
        var mode = Math.Clamp((long)(((double)column + 1) * (row + 1) / (row + otherRow + 2)), least, most);
        var observed = LogTable(a, row, otherRow, column) - LogTable(mode, row, otherRow, column);
        var (asUnlikely, all) = (0.0, 0.0);
        // From the likeliest table outwards, relative to it, until the rest can't count.
        for (var (x, weight) = (mode, 1.0); x <= most && weight > 1e-300; x++)
        {
            Count(x, weight);
            weight *= (double)(row - x) * (column - x) / ((x + 1.0) * (otherRow - column + x + 1));
        }

        for (var (x, weight) = (mode, 1.0); x > least && weight > 1e-300; x--)
        {
            weight *= (double)x * (otherRow - column + x) / ((row - x + 1.0) * (column - x + 1));
            Count(x - 1, weight);
        }

        return new(odds, Math.Min(1, asUnlikely / all));

        void Count(long x, double weight)
        {
            all += weight;
            if (x == a || Math.Log(weight) - observed <= Tied)
                asUnlikely += weight;
        }
    }

    private static double LogTable(long x, long row, long otherRow, long column) =>
        -Gamma.Log(x + 1) - Gamma.Log(row - x + 1) - Gamma.Log(column - x + 1) - Gamma.Log(otherRow - column + x + 1);
}
