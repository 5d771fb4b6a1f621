using Assay.Statistics.Drift;

namespace Assay.Monitoring.Alerts;

/// <summary>Drift as alerts have it.</summary>
internal static class DriftWords
{
    /// <summary>The measure that decides, its value and its bound.</summary>
    public static AlertSignal Signal(DriftResult result, double psiThreshold) => result.Chosen is { } chosen
        ? new(result.Name, Of(chosen.Measure), chosen.Value, chosen.Bound, result.Rows)
        : new(result.Name, Of(DriftMeasure.Psi), result.Psi, result.Bound ?? psiThreshold, result.Rows);

    public static string Of(DriftMeasure measure) => measure switch
    {
        DriftMeasure.JensenShannon => "jensen-shannon",
        DriftMeasure.Hellinger => "hellinger",
        DriftMeasure.Ks => "ks",
        DriftMeasure.Wasserstein => "wasserstein",
        _ => "psi",
    };

    public static string InSentence(string measure) => measure == "psi" ? "stability index" : $"{measure} distance";
}
