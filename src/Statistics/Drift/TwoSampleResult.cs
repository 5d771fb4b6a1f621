namespace Assay.Statistics.Drift;

/// <summary>What a two-sample test found.</summary>
/// <param name="Statistic">The test's own measure; null when it can't be told.</param>
/// <param name="PValue">
/// Chance of a statistic at least this extreme if both samples came from one distribution, not corrected for the number of
/// tests; null when it can't be told.
/// </param>
/// <param name="Unknown">Why a number is missing or is only a bound, as a sentence; null when all is known.</param>
public sealed record TwoSampleResult(double? Statistic, double? PValue, string? Unknown = null)
{
    internal static TwoSampleResult None(string because) => new(null, null, because);
}

/// <summary>How a p-value is computed.</summary>
public enum PValueMethod
{
    /// <summary>Exact up to the sizes that the test names, else by its limit.</summary>
    Auto,

    /// <summary>By counting all arrangements of the samples.</summary>
    Exact,

    /// <summary>By the distribution in the limit of large samples.</summary>
    Asymptotic,
}
