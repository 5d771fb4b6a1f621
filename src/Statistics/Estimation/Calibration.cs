namespace Assay.Statistics.Estimation;

/// <summary>
/// How often rows of a score are positive, by isotonic regression (Ayer and others, 1955) over the bins of the score: the
/// rising function that fits the counts best, by pooling neighbours that violate it. Between the pools it is interpolated.
/// </summary>
public sealed class Calibration
{
    /// <summary>Rows below which nothing is learned from them.</summary>
    public const long RowsMin = 100;

    private readonly double[] _probabilities;
    private readonly int[] _pools;
    private readonly double[] _rows;

    private Calibration(double[] probabilities, int[] pools, double[] rows) => (_probabilities, _pools, _rows) = (probabilities, pools, rows);

    /// <summary>Scores taken for probabilities as they are.</summary>
    public static Calibration Raw { get; } = new(
        [.. Enumerable.Range(0, ScoreBins.Count).Select(ScoreBins.Middle)], new int[ScoreBins.Count], [double.PositiveInfinity]);

    /// <summary>Learns from counts per bin of <see cref="ScoreBins"/>; null where they are fewer than <see cref="RowsMin"/> or of one class.</summary>
    public static Calibration? Learn(IReadOnlyDictionary<int, long> rows, IReadOnlyDictionary<int, long> positives)
    {
        var (all, hits) = (rows.Values.Sum(), positives.Values.Sum());
        if (all < RowsMin || hits == 0 || hits == all)
            return null;

        var pools = new List<(double Place, double Rows, double Positives)>();
        foreach (var bin in rows.Keys.Where(bin => rows[bin] > 0).Order())
        {
            pools.Add((bin * (double)rows[bin], rows[bin], positives.GetValueOrDefault(bin)));
            while (pools.Count > 1 && pools[^2].Positives * pools[^1].Rows >= pools[^1].Positives * pools[^2].Rows)
            {
                var (last, former) = (pools[^1], pools[^2]);
                pools.RemoveAt(pools.Count - 1);
                pools[^1] = (former.Place + last.Place, former.Rows + last.Rows, former.Positives + last.Positives);
            }
        }

        var (probabilities, poolOf) = (new double[ScoreBins.Count], new int[ScoreBins.Count]);
        var at = 0;
        for (var bin = 0; bin < ScoreBins.Count; bin++)
        {
            while (at < pools.Count - 1 && Place(pools[at + 1]) <= bin)
                at++;
            (probabilities[bin], poolOf[bin]) = (Between(pools, at, bin), at);
        }

        return new(probabilities, poolOf, [.. pools.Select(pool => pool.Rows)]);
    }

    /// <summary>The probability that a row of this bin is positive.</summary>
    public double At(int bin) => _probabilities[bin];

    /// <summary>The pool of bins whose probability was learned together, and so errs together.</summary>
    public int PoolOf(int bin) => _pools[bin];

    /// <summary>Rows by which a pool was learned; infinity for raw scores, whose error nobody knows.</summary>
    public double RowsOf(int pool) => _rows[pool];

    private static double Between(List<(double Place, double Rows, double Positives)> pools, int at, int bin)
    {
        var here = pools[at].Positives / pools[at].Rows;
        if (at == pools.Count - 1 || bin <= Place(pools[at]))
            return here;
        var next = pools[at + 1].Positives / pools[at + 1].Rows;
        return here + ((next - here) * (bin - Place(pools[at])) / (Place(pools[at + 1]) - Place(pools[at])));
    }

    private static double Place((double Place, double Rows, double Positives) pool) => pool.Place / pool.Rows;
}
