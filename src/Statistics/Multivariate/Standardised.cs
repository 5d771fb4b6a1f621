namespace Assay.Statistics.Multivariate;

/// <summary>
/// Rows of several features on one scale: each less its mean over the reference, in standard deviations of the reference.
/// A missing or infinite value becomes the mean, so it says nothing here; a feature that is constant in the reference is
/// only centred.
/// </summary>
public sealed class Standardised
{
    private readonly double[] _means;
    private readonly double[] _deviations;

    /// <summary>Takes the scale from <paramref name="reference"/>: rows of equal length, at least one.</summary>
    public Standardised(IReadOnlyList<double[]> reference)
    {
        if (reference.Count == 0)
            throw new ArgumentException("Without rows there is no scale.", nameof(reference));
        _means = new double[reference[0].Length];
        _deviations = new double[_means.Length];
        for (var column = 0; column < _means.Length; column++)
        {
            var moments = new Sketches.Moments();
            foreach (var row in reference)
            {
                if (double.IsFinite(row[column]))
                    moments.Add(row[column]);
            }

            _means[column] = moments.Mean;
            _deviations[column] = moments.StandardDeviation > 0 ? moments.StandardDeviation : 1;
        }
    }

    /// <summary>The rows on the reference's scale.</summary>
    public double[][] Scale(IReadOnlyList<double[]> rows)
    {
        var scaled = new double[rows.Count][];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = new double[_means.Length];
            for (var column = 0; column < _means.Length; column++)
            {
                var value = rows[i][column];
                scaled[i][column] = double.IsFinite(value) ? (value - _means[column]) / _deviations[column] : 0;
            }
        }

        return scaled;
    }
}
