using Assay.Statistics.Special;

namespace Assay.Statistics.Drift;

/// <summary>
/// The Epps-Singleton test: compares the empirical characteristic functions of both samples at two points (Epps and
/// Singleton, 1986). Good for discrete numbers and for changes of spread; not for samples of which the middle half is one value.
/// </summary>
public static class EppsSingleton
{
    /// <summary>Values that each sample needs.</summary>
    public const int FewestValues = 5;

    private const double Negligible = 1e-15;
    private const int CorrectedBelow = 25;
    private static readonly double[] Points = [0.4, 0.8];   // in halves of the pooled interquartile range, as in the paper

    /// <summary>Compares two samples. Below 25 values the statistic is corrected for small samples as the paper says.</summary>
    public static TwoSampleResult Test(NumberSample reference, NumberSample current)
    {
        if (reference.Count < FewestValues || current.Count < FewestValues)
            return TwoSampleResult.None("Each sample needs at least five values.");
        var pooled = NumberSample.Of([.. reference.Values, .. current.Values]);
        var scale = (pooled.Quantile(0.75) - pooled.Quantile(0.25)) / 2;
        if (scale <= 0)
            return TwoSampleResult.None("The middle half of the values is one value.");
        double n = reference.Count, m = current.Count;
        var (firstMean, firstCovariance) = Waves(reference, scale);
        var (secondMean, secondCovariance) = Waves(current, scale);
        var size = firstMean.Length;
        var covariance = new double[size][];
        for (var i = 0; i < size; i++)
        {
            covariance[i] = new double[size];
            for (var j = 0; j < size; j++)
                covariance[i][j] = ((n + m) / n * firstCovariance[i][j]) + ((n + m) / m * secondCovariance[i][j]);
        }

        var eigen = SymmetricEigen.Of(covariance);
        var (statistic, rank) = (0.0, 0);
        for (var k = 0; k < size; k++)
        {
            if (eigen.Values[k] <= Negligible * eigen.Values[0])
                continue;
            rank++;
            var along = 0.0;
            for (var i = 0; i < size; i++)
                along += eigen.Vectors[k][i] * (firstMean[i] - secondMean[i]);
            statistic += along * along / eigen.Values[k];
        }

        statistic *= n + m;
        if (Math.Max(n, m) < CorrectedBelow)
            statistic /= 1 + Math.Pow(n + m, -0.45) + (10.1 * (Math.Pow(n, -1.7) + Math.Pow(m, -1.7)));
        return rank == 0 ? TwoSampleResult.None("The samples don't vary.") : new(statistic, ChiSquare.Survival(statistic, rank));
    }

    // Mean and covariance of the cosines and sines at the points.
    private static (double[] Mean, double[][] Covariance) Waves(NumberSample sample, double scale)
    {
        var size = 2 * Points.Length;
        var mean = new double[size];
        var rows = new double[sample.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new double[size];
            for (var i = 0; i < Points.Length; i++)
            {
                var angle = Points[i] / scale * sample.Values[row];
                (rows[row][i], rows[row][Points.Length + i]) = (Math.Cos(angle), Math.Sin(angle));
            }

            for (var i = 0; i < size; i++)
                mean[i] += rows[row][i] / rows.Length;
        }

        var covariance = new double[size][];
        for (var i = 0; i < size; i++)
        {
            covariance[i] = new double[size];
            for (var j = 0; j < size; j++)
                covariance[i][j] = rows.Sum(row => (row[i] - mean[i]) * (row[j] - mean[j])) / rows.Length;
        }

        return (mean, covariance);
    }
}
