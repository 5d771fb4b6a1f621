namespace Assay.Statistics.Estimation;

/// <summary>
/// The table of truth against decision as it is to be expected before labels: each prediction is of every class as far as the
/// model's probabilities say (confidence-based performance estimation, as NannyML does it for several classes). Sums of
/// probabilities, so that tables add up.
/// </summary>
/// <param name="Decided">Rows by what was answered.</param>
/// <param name="Cells">Expected rows by what is true and what was answered; each answered class sums to its rows.</param>
public sealed record ExpectedTable(IReadOnlyDictionary<int, double> Decided, IReadOnlyDictionary<(int Truth, int Decided), double> Cells)
{
    private readonly Dictionary<int, double> _truths = Cells.GroupBy(cell => cell.Key.Truth).ToDictionary(cells => cells.Key, cells => cells.Sum(cell => cell.Value));

    /// <summary>Classes that were answered or are to be expected.</summary>
    public IReadOnlyList<int> Classes => [.. _truths.Keys.Union(Decided.Keys).Order()];

    /// <summary>Expected rows of a class.</summary>
    public double Truth(int place) => _truths.GetValueOrDefault(place);

    /// <summary>Expected right answers of a class.</summary>
    public double Hits(int place) => Cells.GetValueOrDefault((place, place));

    /// <summary>All rows.</summary>
    public double Rows => Decided.Values.Sum();

    /// <summary>Share of the answers of a class that are right; null where it was not answered.</summary>
    public Estimate? Precision(int place) => Share(Hits(place), Decided.GetValueOrDefault(place));

    /// <summary>Share of a class's rows that are answered so; null where none is to be expected.</summary>
    public Estimate? Recall(int place) => Share(Hits(place), Truth(place));

    /// <summary>F1 of a class, through the share of right answers among rows that are of it or answered so.</summary>
    public Estimate? F1(int place) =>
        Share(Hits(place), Truth(place) + Decided.GetValueOrDefault(place) - Hits(place))?.Through(overlap => 2 * overlap / (1 + overlap));

    /// <summary>Mean recall of the classes that are to be expected; null without any.</summary>
    public Estimate? BalancedAccuracy => Mean(Recall);

    /// <summary>Mean F1 of the classes; null without any.</summary>
    public Estimate? MacroF1 => Mean(F1);

    /// <summary>
    /// The same with right answers as often as a calibration says: within each answered class the wrong ones keep their shares.
    /// </summary>
    /// <param name="accuracy">Calibrated share of right answers, of all.</param>
    public ExpectedTable Scaled(double accuracy)
    {
        var raw = Rows > 0 ? Classes.Sum(Hits) / Rows : 0;
        if (raw <= 0 || raw >= 1)
            return this;
        var cells = new Dictionary<(int Truth, int Decided), double>();
        foreach (var (cell, rows) in Cells)
        {
            var (hits, all) = (Hits(cell.Decided), Decided.GetValueOrDefault(cell.Decided));
            var wanted = Calibrated(hits / all, raw, accuracy) * all;
            cells[cell] = cell.Truth == cell.Decided ? wanted : all > hits ? rows * (all - wanted) / (all - hits) : 0;
        }

        return new(Decided, cells);
    }

    // Moved in log-odds, so that a share stays one.
    private static double Calibrated(double share, double raw, double accuracy)
    {
        if (share is <= 0 or >= 1 || accuracy is <= 0 or >= 1)
            return share;
        return 1 / (1 + Math.Exp(-(LogOdds(share) + LogOdds(accuracy) - LogOdds(raw))));
    }

    private static double LogOdds(double share) => Math.Log(share / (1 - share));

    private static Estimate? Share(double part, double whole) => whole > 0 ? Estimate.Share(Math.Min(part, whole), whole) : null;

    // Classes are taken as independent of one another; a mean is at least as sure as they are.
    private Estimate? Mean(Func<int, Estimate?> of)
    {
        List<Estimate> all = [.. Classes.Select(of).OfType<Estimate>()];
        if (all.Count == 0)
            return null;
        var value = all.Average(one => one.Value);
        return new(
            value,
            value - (Math.Sqrt(all.Sum(one => Math.Pow(one.Value - one.Low, 2))) / all.Count),
            value + (Math.Sqrt(all.Sum(one => Math.Pow(one.High - one.Value, 2))) / all.Count));
    }
}
