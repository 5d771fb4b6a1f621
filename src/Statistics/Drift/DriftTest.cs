using System.Text.Json.Serialization;
using Assay.Statistics.Profiles;

namespace Assay.Statistics.Drift;

/// <summary>How one feature, or the score, of a window differs from its baseline.</summary>
/// <param name="Name">Feature or output name.</param>
/// <param name="Psi">Population stability index, see <see cref="Divergence.Psi"/>.</param>
/// <param name="JensenShannon">Distance from 0 to 1, see <see cref="Divergence.JensenShannon"/>.</param>
/// <param name="PValue">Of chi-square homogeneity, not corrected for the number of features.</param>
/// <param name="Rows">Rows of the window.</param>
public sealed record DriftResult(string Name, double Psi, double JensenShannon, double PValue, long Rows)
{
    /// <summary>The index from which it is drift, where that was learned for it alone; null where one bound holds for all.</summary>
    public double? Bound { get; init; }

    /// <summary>The measure that decides in place of the index, where one was chosen; null where the index does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeasuredDrift? Chosen { get; init; }

    /// <summary>Why nothing can be said of it; null where something can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unknown { get; init; }
}

/// <summary>
/// Compares a live window with the baseline of a model. Missing values are a bin like any other, and categories that are too rare in
/// the baseline to be compared one by one are all in one.
/// </summary>
public static class DriftTest
{
    private const string TooRare = "Nearly each of its values is too rare in the reference to be compared with what comes.";

    /// <summary>Compares the counts of a window, over the baseline's bins, with the baseline.</summary>
    /// <exception cref="ArgumentException">The window has another number of bins.</exception>
    public static DriftResult Compare(Baseline baseline, ReadOnlySpan<long> counts, long missing)
    {
        var (expected, actual) = Cells(baseline, counts, missing);
        return new(
            baseline.Name,
            Divergence.Psi(expected, actual),
            Divergence.JensenShannon(expected, actual),
            ChiSquare.Homogeneity(expected, actual),
            actual.Sum())
        {
            Unknown = IsTooRare(baseline, expected) ? TooRare : null,
        };
    }

    /// <inheritdoc cref="Compare(Baseline, ReadOnlySpan{long}, long)"/>
    public static DriftResult Compare(Baseline baseline, CountedWindow window) =>
        Compare(baseline, window.Counts, window.Missing);

    /// <summary>The same, and the measure that is to decide in place of the index; the index decides where that measure can't be told.</summary>
    /// <inheritdoc cref="Compare(Baseline, ReadOnlySpan{long}, long)"/>
    public static DriftResult Compare(Baseline baseline, CountedWindow window, DriftChoice choice)
    {
        var result = Compare(baseline, window);
        if (choice.Measure == DriftMeasure.Psi)
            return result with { Bound = choice.Bound };
        if (BinnedMeasure.Of(choice.Measure, baseline, window.Counts, window.Missing) is not { } value)
            return result;
        var measured = result with { Chosen = new(choice.Measure, value, choice.Bound) };
        return choice.Measure == DriftMeasure.Ks
            ? measured with { PValue = BinnedMeasure.KsPValue(value, baseline.Counts.Sum(), window.Rows - window.Missing) }
            : measured;
    }

    private static bool IsTooRare(Baseline baseline, long[] expected)
    {
        const double ToldMin = 0.05;   // of the values
        var values = baseline.Counts.Sum();
        return baseline.Categories is { Count: > 1 } && values > 0 && expected[..^2].Sum() < ToldMin * values;
    }

    /// <summary>Counts of both sides over the bins that are compared, missing values the last one.</summary>
    internal static (long[] Expected, long[] Actual) Cells(Baseline baseline, ReadOnlySpan<long> counts, long missing)
    {
        var (reference, live) = RareCategories.Pool(baseline, counts);
        return ([.. reference.Counts, reference.Missing], [.. live, missing]);
    }
}

/// <summary>
/// When a comparison is called drift: the difference is large (<see cref="PsiThreshold"/>) and not chance
/// (<see cref="Significance"/>, divided by the number of comparisons after Bonferroni). Either alone misleads: an index
/// is large by chance in small samples, and in large ones every difference is significant.
/// </summary>
/// <remarks>
/// The usual index is below the 0.2 from which custom calls a change major: a shift by half a standard deviation has an
/// index of about 0.25 in the long run, and in a window of 500 rows one in ten falls below 0.2, and one in a hundred below 0.15.
/// That chance raises no alarm is what the p-value is for. <c>bench/monitoring</c> prints both.
/// </remarks>
/// <param name="PsiThreshold">Least population stability index of a drift, for results without a bound of their own.</param>
/// <param name="Significance">Highest chance that a window without drift alerts because of any of its features.</param>
public sealed record DriftRule(double PsiThreshold = DriftRule.UsualPsi, double Significance = 0.01)
{
    /// <summary>Index from which monitors alert when nothing else is set.</summary>
    public const double UsualPsi = 0.15;

    /// <summary>The results that are drift, by falling index; all results of one window belong in one call.</summary>
    public IReadOnlyList<DriftResult> Drifted(IReadOnlyCollection<DriftResult> results) =>
        [.. results
            .Where(result => IsLarge(result) && result.PValue * results.Count < Significance)
            .OrderByDescending(result => result.Psi)];

    private bool IsLarge(DriftResult result) =>
        result.Chosen is { } chosen ? chosen.Value >= chosen.Bound : result.Psi >= (result.Bound ?? PsiThreshold);
}
