using Assay.Statistics.Drift;
using Assay.Statistics.Intervals;

namespace Assay.Statistics.Multivariate;

/// <summary>How well reference and current rows can be told apart.</summary>
/// <param name="Area">Area under the ROC curve on rows that the classifier was not fitted on; 0.5 is not at all, 1 always. Null when unknown.</param>
/// <param name="Interval">Of the area.</param>
/// <param name="PValue">Of the hypothesis that they can't be told apart.</param>
/// <param name="Unknown">Why there is no number.</param>
public sealed record DomainResult(double? Area, Interval? Interval, double? PValue, string? Unknown = null);

/// <summary>
/// Trains a classifier to tell reference from current rows, and asks how well it does on rows that it has not seen
/// (Lopez-Paz and Oquab, 2017). It sees changes of how features go together that no test of single ones sees.
/// </summary>
public static class DomainClassifier
{
    /// <summary>Rows that each sample needs.</summary>
    public const int FewestRows = 50;

    private const int Folds = 5;

    /// <summary>Five-fold cross-validated extremely randomised trees.</summary>
    /// <remarks>
    /// The p-value is that of Mann and Whitney, one-sided, over all held-out scores; the interval has the standard error of
    /// Hanley and McNeil (1982). Both take the rows as independent, which the folds make only roughly true.
    /// </remarks>
    public static DomainResult Test(IReadOnlyList<double[]> reference, IReadOnlyList<double[]> current, double confidence = 0.95, int seed = 1)
    {
        if (reference.Count < FewestRows || current.Count < FewestRows)
            return new(null, null, null, $"Each sample needs at least {FewestRows} rows.");
        if (reference[0].Length == 0)
            return new(null, null, null, "There is no feature to tell them apart by.");
        double[][] rows = [.. reference, .. current];
        var random = new Random(seed);
        var order = Enumerable.Range(0, rows.Length).ToArray();
        random.Shuffle(order);
        var scores = new double[rows.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var (seen, held) = (order.Where((_, i) => i % Folds != fold).ToArray(), order.Where((_, i) => i % Folds == fold));
            var trees = RandomTrees.Grow(
                Array.ConvertAll(seen, row => rows[row]), Array.ConvertAll(seen, row => row >= reference.Count), random);
            foreach (var row in held)
                scores[row] = trees.Score(rows[row]);
        }

        var (first, second) = (NumberSample.Of(scores.AsSpan(0, reference.Count)), NumberSample.Of(scores.AsSpan(reference.Count)));
        var test = MannWhitney.Test(second, first, PValueMethod.Asymptotic);
        var area = test.Statistic!.Value / ((double)reference.Count * current.Count);
        var oneSided = area > 0.5 ? test.PValue!.Value / 2 : 1 - (test.PValue!.Value / 2);
        return new(area, AreaInterval.HanleyMcNeil(area, current.Count, reference.Count, confidence), oneSided);
    }
}
