using Assay.Statistics.Multivariate;

namespace Assay.Monitoring.Reports;

/// <summary>The tests of all columns together.</summary>
internal static class RelationTests
{
    private const int Tests = 3;
    private const double AreaThreshold = 0.55;
    private const int Permutations = 499;   // so that the least p-value, corrected, is below 1 %

    public static IReadOnlyList<MultivariateFigure> Run(FeatureRows rows, ComparisonSettings settings)
    {
        if (rows.Reference.Length == 0 || rows.Reference[0].Length == 0 || rows.Current.Length == 0)
            return [];
        var fewest = Math.Min(rows.Reference.Length, rows.Current.Length);
        if (fewest < settings.MinimumRows)
        {
            var because = $"Too few rows: {fewest:N0} of at least {settings.MinimumRows:N0}.";
            return [Unknown("domain-classifier", because), Unknown("pca-reconstruction", because), Unknown("mmd", because)];
        }

        return [Classifier(rows, settings), Components(rows, settings), Discrepancy(rows, settings)];
    }

    private static MultivariateFigure Classifier(FeatureRows rows, ComparisonSettings settings)
    {
        var result = DomainClassifier.Test(rows.Reference, rows.Current, settings.Confidence, settings.Seed);
        if (result is not { Area: { } area, PValue: { } p })
            return Unknown("domain-classifier", result.Unknown);
        p = Math.Min(1, p * Tests);
        var drift = area >= AreaThreshold && p < settings.Significance;
        return new(
            "domain-classifier", area, p, result.Interval, Verdict(drift),
            $"A classifier tells current from reference rows with an area of {CompareColumns.Short(area)} under the ROC curve; 0.5 is chance.");
    }

    private static MultivariateFigure Components(FeatureRows rows, ComparisonSettings settings)
    {
        var result = PrincipalComponents.Test(rows.Reference, rows.Current);
        if (result is not { Reference: { } before, Current: { } now, PValue: { } p })
            return Unknown("pca-reconstruction", result.Unknown);
        p = Math.Min(1, p * Tests);
        var drift = p < settings.Significance && Math.Abs(now - before) >= 0.1 * before;
        return new(
            "pca-reconstruction", before == 0 ? null : now / before, p, null, Verdict(drift),
            $"The {result.Components} main directions of the reference leave {CompareColumns.Short(now)} of a current row and {CompareColumns.Short(before)} of a reference row.");
    }

    private static MultivariateFigure Discrepancy(FeatureRows rows, ComparisonSettings settings)
    {
        var result = MaximumMeanDiscrepancy.Test(rows.Reference, rows.Current, Permutations, settings.Seed);
        if (result is not { Statistic: { } squared, PValue: { } p })
            return Unknown("mmd", result.Unknown);
        p = Math.Min(1, p * Tests);
        return new(
            "mmd", squared, p, null, Verdict(p < settings.Significance),
            $"The squared mean discrepancy is {CompareColumns.Short(squared)}, on {rows.Reference.Length:N0} and {rows.Current.Length:N0} drawn rows.");
    }

    private static MultivariateFigure Unknown(string test, string? because) =>
        new(test, null, null, null, ComparisonVerdict.Unknown, because ?? "It can't be told.");

    private static ComparisonVerdict Verdict(bool drift) => drift ? ComparisonVerdict.Drift : ComparisonVerdict.Calm;
}
