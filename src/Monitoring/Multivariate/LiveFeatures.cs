using System.Globalization;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Reports;
using Assay.Statistics.Multivariate;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Multivariate;

/// <summary>Drawn rows as numbers on the reference's scale.</summary>
/// <param name="Features">The rows, and the inputs for which there was no room.</param>
/// <param name="Masked">Inputs that the log doesn't keep in clear on either side.</param>
internal sealed record LiveFeatures(FeatureRows Features, IReadOnlyList<string> Masked)
{
    private const int CategoriesMax = 8;   // the most frequent ones have a column each

    public static LiveFeatures Of(BaselineProfile baseline, DrawnRows reference, DrawnRows current)
    {
        List<Func<IReadOnlyList<string?>, double>> columns = [];
        List<string> masked = [], leftOut = [];
        for (var input = 0; input < baseline.Features.Count; input++)
        {
            var feature = baseline.Features[input];
            if (!reference.Kept[input] || !current.Kept[input])
                masked.Add(feature.Name);
            else if (Columns(feature, input) is var its && columns.Count + its.Count <= PrincipalComponents.FeaturesMax)
                columns.AddRange(its);
            else
                leftOut.Add(feature.Name);
        }

        var (before, now) = (Cells(reference), Cells(current));
        if (columns.Count == 0 || before.Length == 0)
            return new(new([], [], leftOut), masked);
        var scale = new Standardised(before);
        return new(new(scale.Scale(before), scale.Scale(now), leftOut), masked);

        double[][] Cells(DrawnRows rows) => [.. rows.Rows.Select(row => columns.Select(column => column(row)).ToArray())];
    }

    private static List<Func<IReadOnlyList<string?>, double>> Columns(Baseline feature, int input) => feature.Categories is null
        ? [row => double.TryParse(row[input], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN]
        : [.. feature.Categories.Take(CategoriesMax).Select(category => (Func<IReadOnlyList<string?>, double>)(row => row[input] == category ? 1 : 0))];
}
