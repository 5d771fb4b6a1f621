using Assay.Statistics.Estimation;

namespace Assay.Statistics.Metrics;

/// <summary>
/// How decisions among several classes turned out, as counts. Measures over classes are those of scikit-learn's names; classes
/// that neither occur nor were decided don't count.
/// </summary>
/// <param name="Truths">Rows by what was true.</param>
/// <param name="Decided">Rows by what was decided.</param>
/// <param name="Hits">Rows decided rightly, by class.</param>
/// <param name="Errors">Rows decided wrongly, by what was true and what was decided; null where only their sums are known.</param>
public sealed record ConfusionTable(
    IReadOnlyDictionary<int, long> Truths,
    IReadOnlyDictionary<int, long> Decided,
    IReadOnlyDictionary<int, long> Hits,
    IReadOnlyDictionary<(int Truth, int Decided), long>? Errors)
{
    /// <summary>All rows.</summary>
    public long Rows { get; } = Truths.Values.Sum();

    /// <summary>Classes that occur or were decided.</summary>
    public IReadOnlyList<int> Classes { get; } =
        [.. Truths.Where(count => count.Value > 0).Select(count => count.Key).Union(Decided.Where(count => count.Value > 0).Select(count => count.Key)).Order()];

    /// <summary>Share of right decisions, with Wilson's interval.</summary>
    public Estimate Accuracy => Estimate.Share(Hits.Values.Sum(), Rows);

    /// <summary>Mean recall of the classes that occur. Recalls are independent of one another, given what was true.</summary>
    public Estimate BalancedAccuracy
    {
        get
        {
            var (sum, variance, classes) = (0.0, 0.0, 0);
            foreach (var (place, rows) in Truths.Where(count => count.Value > 0))
            {
                double hits = Hits.GetValueOrDefault(place);
                var smoothed = (hits + 1) / (rows + 2);   // a class of few rows, all right, is not known without error
                sum += hits / rows;
                variance += smoothed * (1 - smoothed) / rows;
                classes++;
            }

            return Within(sum / classes, Math.Sqrt(variance) / classes);
        }
    }

    /// <summary>Mean F1 of the classes.</summary>
    public Estimate MacroF1 => MeanF1(_ => 1.0 / Classes.Count);

    /// <summary>Mean F1 of the classes, each weighing as many rows as it has; the weights are taken as they are.</summary>
    public Estimate WeightedF1 => MeanF1(place => Truths.GetValueOrDefault(place) / (double)Rows);

    /// <summary>F1 of one class; 0 where nothing was decided rightly.</summary>
    public double F1(int place) => Both(place) is var both && both == 0 ? 0 : 2.0 * Hits.GetValueOrDefault(place) / both;

    // Rows of the class and rows decided so, of which a hit is both.
    private long Both(int place) => Truths.GetValueOrDefault(place) + Decided.GetValueOrDefault(place);

    // By the delta method (as Takahashi and others, 2022, for macro F1): what a row adds to the mean, squared, over all rows.
    private Estimate MeanF1(Func<int, double> weight)
    {
        double mean = 0, squares = 0;
        var pull = new Dictionary<int, double>();
        foreach (var place in Classes)
        {
            var f1 = F1(place);
            mean += weight(place) * f1;
            pull[place] = weight(place) * f1 / Both(place);
            var push = weight(place) * (2 - (2 * f1)) / Both(place);
            squares += Hits.GetValueOrDefault(place) * push * push;
        }

        if (Errors is not null)
        {
            foreach (var (cell, rows) in Errors)
                squares += rows * Square(pull[cell.Truth] + pull[cell.Decided]);
        }
        else
        {
            // (a + b)² ≤ 2a² + 2b², so that the interval is rather too wide.
            foreach (var place in Classes)
                squares += 2 * (Both(place) - (2 * Hits.GetValueOrDefault(place))) * Square(pull[place]);
        }

        return Within(mean, Math.Sqrt(squares));
    }

    // Nothing over classes is surer than the share of right decisions: where all are right the delta method knows no error.
    private Estimate Within(double value, double error)
    {
        var (normal, share) = (Estimate.Normal(value, error), Accuracy);
        return new(
            value,
            Math.Max(0, Math.Min(normal.Low, value - (share.Value - share.Low))),
            Math.Min(1, Math.Max(normal.High, value + (share.High - share.Value))));
    }

    private static double Square(double value) => value * value;
}
