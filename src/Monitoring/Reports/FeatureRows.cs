using Assay.Data.Datasets;
using Assay.Statistics.Multivariate;

namespace Assay.Monitoring.Reports;

/// <summary>Rows of both tables as numbers on one scale, for tests of all columns together.</summary>
/// <param name="Reference">Drawn rows of the reference.</param>
/// <param name="Current">Drawn rows of the current table.</param>
/// <param name="LeftOut">Columns that have no part in it.</param>
internal sealed record FeatureRows(double[][] Reference, double[][] Current, IReadOnlyList<string> LeftOut)
{
    private const int RowsMax = 1000;
    private const int FeaturesMax = PrincipalComponents.FeaturesMax;
    private const int CategoriesMax = 8;   // the most frequent ones have a feature each

    /// <summary>Numbers as they are, categories by one feature for each of their frequent values.</summary>
    public static FeatureRows Of(IReadOnlyList<ColumnPair> pairs, int referenceRows, int currentRows, int seed)
    {
        var random = new Random(seed);
        var (before, now) = (Draw(referenceRows, random), Draw(currentRows, random));
        List<(Func<int, double> Reference, Func<int, double> Current)> features = [];
        List<string> leftOut = [];
        foreach (var pair in pairs)
        {
            var some = pair is NumberPair number ? Number(number) : Category((CategoryPair)pair);
            if (some.Count == 0 || features.Count + some.Count > FeaturesMax)
                leftOut.Add(pair.Name);
            else
                features.AddRange(some);
        }

        var reference = Array.ConvertAll(before, row => features.Select(feature => feature.Reference(row)).ToArray());
        var current = Array.ConvertAll(now, row => features.Select(feature => feature.Current(row)).ToArray());
        if (reference.Length == 0)
            return new([], [], leftOut);
        var scale = new Standardised(reference);
        return new(scale.Scale(reference), scale.Scale(current), leftOut);
    }

    private static List<(Func<int, double>, Func<int, double>)> Number(NumberPair pair) =>
        pair.First.Count == 0 || pair.Second.Count == 0 ? [] : [(row => pair.Before.Values[row], row => pair.Now.Values[row])];

    private static List<(Func<int, double>, Func<int, double>)> Category(CategoryPair pair)
    {
        // A value per row names the row, and says nothing of how columns go together.
        if (pair.Reference.Kind == ColumnKind.Time || pair.FirstCounts.Count > pair.FirstCounts.Values.Sum() / 2)
            return [];
        return [.. pair.Values.Take(CategoriesMax).Select(value => (Is(pair.Reference, value), Is(pair.Current, value)))];
    }

    private static Func<int, double> Is(Column column, string value) => row => CategoryPair.Text(column, row) == value ? 1 : 0;

    private static int[] Draw(int rows, Random random)
    {
        var all = Enumerable.Range(0, rows).ToArray();
        random.Shuffle(all);
        return all.Length <= RowsMax ? all : all[..RowsMax];
    }
}
