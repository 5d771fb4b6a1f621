namespace Assay.Statistics.Estimation;

/// <summary>
/// Performance of a classifier estimated before its labels are known, from how sure it was (confidence-based performance
/// estimation): a row whose calibrated probability is p counts as p of a positive row. It holds as long as the calibration
/// does: it sees a change of what is asked, and can't see a change of what is true (concept drift).
/// </summary>
/// <param name="Accuracy">Share of right decisions.</param>
/// <param name="Precision">Share of positive rows among those decided positive; null when none is.</param>
/// <param name="Recall">Share of positive rows decided positive; null when none is expected.</param>
/// <param name="F1">Their harmonic mean; null when neither is.</param>
/// <param name="Auc">Area under the ROC curve; null when all rows are expected to be of one class.</param>
/// <param name="Brier">Mean squared difference of score and truth.</param>
public sealed record ConfidenceEstimate(Estimate Accuracy, Estimate? Precision, Estimate? Recall, Estimate? F1, Estimate? Auc, Estimate Brier)
{
    /// <summary>Estimates from counts of all predictions per bin of <see cref="ScoreBins"/>; null without any.</summary>
    public static ConfidenceEstimate? Of(IReadOnlyDictionary<int, long> scores, Calibration calibration)
    {
        var sums = new Sums();
        var (positives, negatives) = (new double[ScoreBins.Count], new double[ScoreBins.Count]);
        foreach (var (bin, rows) in scores)
        {
            sums.Add(bin, rows, calibration);
            (positives[bin], negatives[bin]) = (rows * calibration.At(bin), rows * (1 - calibration.At(bin)));
        }

        if (sums.Rows == 0)
            return null;
        var area = BinnedArea.Of(positives, negatives);
        var (hits, misses, alarms) = (sums.TruePositives, sums.FalseNegatives, sums.FalsePositives);
        return new(
            Within(sums.Right / sums.Rows, Math.Sqrt(sums.RightVariance) / sums.Rows),
            hits + alarms == 0 ? null : Within(hits / (hits + alarms), Math.Sqrt(sums.DecidedVariance) / (hits + alarms)),
            hits + misses == 0 ? null : Estimate.Share(hits, hits + misses),
            hits + misses + alarms == 0 ? null : Estimate.Share(hits, hits + misses + alarms).Through(overlap => 2 * overlap / (1 + overlap)),
            double.IsNaN(area) ? null : Estimate.Area(area, Math.Max(1, sums.Positives), Math.Max(1, sums.Rows - sums.Positives)),
            Estimate.Normal(sums.Brier / sums.Rows, Math.Sqrt(sums.BrierVariance) / sums.Rows));
    }

    /// <summary>
    /// The share of right decisions among several classes, from counts per bin of the probability of the class that was decided
    /// and how often such decisions are right; null without any.
    /// </summary>
    public static Estimate? OfDecisions(IReadOnlyDictionary<int, long> scores, Calibration calibration)
    {
        var (rows, right, spread) = (0L, 0.0, new Spread());
        foreach (var (bin, count) in scores)
        {
            rows += count;
            right += count * calibration.At(bin);
            spread.Add(bin, count, 1, calibration);
        }

        return rows == 0 ? null : Within(right / rows, Math.Sqrt(spread.Variance) / rows);
    }

    private static Estimate Within(double share, double error)
    {
        var interval = Estimate.Normal(share, error);
        return interval with { Low = Math.Max(0, interval.Low), High = Math.Min(1, interval.High) };
    }

    /// <summary>What the rows are expected to bring, and how far that may vary.</summary>
    private sealed class Sums
    {
        private readonly Spread _right = new();
        private readonly Spread _decided = new();
        private readonly Spread _brier = new();

        public double Rows { get; private set; }
        public double Positives { get; private set; }
        public double Right { get; private set; }
        public double TruePositives { get; private set; }
        public double FalsePositives { get; private set; }
        public double FalseNegatives { get; private set; }
        public double Brier { get; private set; }
        public double RightVariance => _right.Variance;
        public double DecidedVariance => _decided.Variance;
        public double BrierVariance => _brier.Variance;

        public void Add(int bin, long rows, Calibration calibration)
        {
            var (probability, score) = (calibration.At(bin), ScoreBins.Middle(bin));
            var isPositive = bin >= ScoreBins.FirstPositive;
            Rows += rows;
            Positives += rows * probability;
            Right += rows * (isPositive ? probability : 1 - probability);
            _right.Add(bin, rows, isPositive ? 1 : -1, calibration);
            if (isPositive)
            {
                TruePositives += rows * probability;
                FalsePositives += rows * (1 - probability);
                _decided.Add(bin, rows, 1, calibration);
            }
            else
            {
                FalseNegatives += rows * probability;
            }

            Brier += rows * ((probability * (1 - score) * (1 - score)) + ((1 - probability) * score * score));
            _brier.Add(bin, rows, 1 - (2 * score), calibration);
        }
    }

    /// <summary>How far a sum over rows may vary: by the draw of each label, and by what each pool of the calibration was learned from.</summary>
    private sealed class Spread
    {
        private readonly Dictionary<int, (double Weight, double Rows, double Variance, double Known)> _pools = [];
        private double _draw;

        public double Variance => _draw + _pools.Values.Sum(pool => pool.Rows == 0 ? 0 : pool.Weight * pool.Weight * pool.Variance / pool.Rows / pool.Known);

        public void Add(int bin, long rows, double weight, Calibration calibration)
        {
            var variance = calibration.At(bin) * (1 - calibration.At(bin));
            _draw += rows * weight * weight * variance;
            var pool = calibration.PoolOf(bin);
            var sum = _pools.GetValueOrDefault(pool);
            _pools[pool] = (sum.Weight + (rows * weight), sum.Rows + rows, sum.Variance + (rows * variance), calibration.RowsOf(pool));
        }
    }
}
