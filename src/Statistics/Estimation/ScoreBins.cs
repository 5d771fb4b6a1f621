namespace Assay.Statistics.Estimation;

/// <summary>
/// Bins of a probability that never change, so that counts of any two windows can be added: equally wide in its logarithm of
/// odds, 1/16 from −8 to 8, and one at either end. So they are fine where scores of rare classes crowd, near 0 and near 1,
/// and 0.5, from which a row is decided positive, is a border.
/// </summary>
public static class ScoreBins
{
    /// <summary>Number of bins.</summary>
    public const int Count = 258;

    /// <summary>The first bin whose scores are decided positive.</summary>
    public const int FirstPositive = 129;

    private const double Widest = 8;
    private const double PerUnit = 16;

    /// <summary>The bin of a probability; what lies outside of 0 to 1 falls into the outermost.</summary>
    public static int Of(double probability)
    {
        if (probability <= 0)
            return 0;
        if (probability >= 1)
            return Count - 1;
        var odds = Math.Log(probability / (1 - probability));
        return (int)Math.Clamp(Math.Floor((odds + Widest) * PerUnit) + 1, 0, Count - 1);
    }

    /// <summary>The probability in the middle of a bin.</summary>
    public static double Middle(int bin) => 1 / (1 + Math.Exp(Widest - ((bin - 0.5) / PerUnit)));
}
