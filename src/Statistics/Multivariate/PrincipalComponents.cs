using Assay.Statistics.Drift;
using Assay.Statistics.Special;

namespace Assay.Statistics.Multivariate;

/// <summary>What the principal components of the reference leave over of rows.</summary>
/// <param name="Components">Components kept.</param>
/// <param name="Reference">Mean error of reference rows that the components were not fitted on.</param>
/// <param name="Current">Mean error of the current rows.</param>
/// <param name="PValue">That the errors of both are alike, by Mann and Whitney; null when unknown.</param>
/// <param name="Unknown">Why there is no number.</param>
public sealed record ReconstructionResult(int Components, double? Reference, double? Current, double? PValue, string? Unknown = null);

/// <summary>
/// Reconstruction error by principal components (Hotelling, 1933): when rows go together otherwise than in the reference, the
/// few directions that carried most of its variance carry less of theirs, and more is left over. It sees linear relations
/// only, and nothing of a shift along the kept directions.
/// </summary>
public static class PrincipalComponents
{
    /// <summary>Rows that each sample needs.</summary>
    public const int FewestRows = 50;

    /// <summary>Most features, as the work grows with their third power.</summary>
    public const int FeaturesMax = 200;

    private const double VarianceKept = 0.65;

    /// <summary>
    /// Fits on every second row of the reference as many components as carry 65 % of the variance, and compares the length of
    /// what is left over, row by row, between the other reference rows and the current ones.
    /// </summary>
    /// <param name="reference">Rows on one scale, see <see cref="Standardised"/>, in an order that means nothing.</param>
    /// <param name="current">Rows likewise.</param>
    public static ReconstructionResult Test(IReadOnlyList<double[]> reference, IReadOnlyList<double[]> current)
    {
        if (reference.Count < FewestRows || current.Count < FewestRows)
            return new(0, null, null, null, $"Each sample needs at least {FewestRows} rows.");
        var features = reference[0].Length;
        if (features is < 2 or > FeaturesMax)
            return new(0, null, null, null, $"Relations need 2 to {FeaturesMax} features, and there are {features}.");
        var (fitted, held) = (reference.Where((_, i) => i % 2 == 0).ToArray(), reference.Where((_, i) => i % 2 == 1).ToArray());
        var means = Enumerable.Range(0, features).Select(column => fitted.Average(row => row[column])).ToArray();
        var eigen = SymmetricEigen.Of(Covariance(fitted, means));
        var whole = eigen.Values.Sum();
        if (whole <= 0)
            return new(0, null, null, null, "The reference is constant.");
        var (kept, carried) = (0, 0.0);
        while (kept < features - 1 && carried < VarianceKept * whole)
            carried += eigen.Values[kept++];
        var (before, now) = (NumberSample.Of(Errors(held, means, eigen, kept)), NumberSample.Of(Errors(current, means, eigen, kept)));
        return new(kept, before.Moments().Mean, now.Moments().Mean, MannWhitney.Test(before, now).PValue);
    }

    private static double[][] Covariance(double[][] rows, double[] means)
    {
        var covariance = Array.ConvertAll(means, _ => new double[means.Length]);
        foreach (var row in rows)
        {
            for (var i = 0; i < means.Length; i++)
            {
                for (var j = 0; j <= i; j++)
                    covariance[i][j] += (row[i] - means[i]) * (row[j] - means[j]) / rows.Length;
            }
        }

        for (var i = 0; i < means.Length; i++)
        {
            for (var j = 0; j < i; j++)
                covariance[j][i] = covariance[i][j];
        }

        return covariance;
    }

    private static double[] Errors(IReadOnlyList<double[]> rows, double[] means, SymmetricEigen eigen, int kept)
    {
        var errors = new double[rows.Count];
        for (var row = 0; row < errors.Length; row++)
        {
            var left = 0.0;
            for (var column = 0; column < means.Length; column++)
                left += (rows[row][column] - means[column]) * (rows[row][column] - means[column]);
            for (var component = 0; component < kept; component++)
            {
                var along = 0.0;
                for (var column = 0; column < means.Length; column++)
                    along += (rows[row][column] - means[column]) * eigen.Vectors[component][column];
                left -= along * along;
            }

            errors[row] = Math.Sqrt(Math.Max(0, left));
        }

        return errors;
    }
}
