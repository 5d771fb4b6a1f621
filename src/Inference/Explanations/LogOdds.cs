namespace Assay.Inference.Explanations;

/// <summary>From probabilities to log-odds and back.</summary>
internal static class LogOdds
{
    // What single precision can tell from 0 and 1; beyond it log-odds would be infinite.
    private const double Least = 1.0 / (1 << 23);

    public static double Of(double probability)
    {
        var kept = Math.Clamp(probability, Least, 1 - Least);
        return Math.Log(kept / (1 - kept));
    }

    public static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));
}
