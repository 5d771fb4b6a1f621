using Assay.Data.Datasets;
using Assay.Data.Screening;

namespace Assay.Learning.Features;

/// <summary>Turns the columns that screening left into features, or says why one can't be.</summary>
internal static class FeatureReader
{
    /// <summary>Text with more different values than this is no category: its list would outgrow the model.</summary>
    public const int CategoriesMax = 10_000;

    public static (IReadOnlyList<Feature> Features, IReadOnlyList<ExcludedColumn> LeftOut) Read(
        Table table, string label, IReadOnlyCollection<string> excluded)
    {
        List<Feature> features = [];
        List<ExcludedColumn> leftOut = [];
        foreach (var column in table.Columns.Where(column => column.Name != label && !excluded.Contains(column.Name)))
        {
            var (feature, reason) = Read(column);
            if (feature is not null)
                features.Add(feature);
            else
                leftOut.Add(new(column.Name, reason!));
        }

        return (features, leftOut);
    }

    private static (Feature? Feature, string? Reason) Read(Column column) => column switch
    {
        NumberColumn number => Number(number),
        TextColumn { Kind: ColumnKind.Time } => (null, "is a date or time, which models of single rows do not learn from"),
        TextColumn text => Category(text),
        _ => throw new ArgumentException($"'{column.Name}' is a column of an unknown kind.", nameof(column)),
    };

    private static (Feature? Feature, string? Reason) Number(NumberColumn column)
    {
        var values = Array.ConvertAll(column.Values, value => (float)value);
        return values.Any(float.IsInfinity)
            ? (null, "has numbers beyond 3.4e38, the limit of the single precision in which models compute")
            : (new NumberFeature(column.Name, values.Any(float.IsNaN), values), null);
    }

    private static (Feature? Feature, string? Reason) Category(TextColumn column)
    {
        // The graph's form of a missing text is the empty string, so both are missing here.
        var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in column.Values)
        {
            if (string.IsNullOrEmpty(value) || !codeOf.TryAdd(value, 0) || codeOf.Count <= CategoriesMax)
                continue;
            return (null, $"is text with more than {CategoriesMax:N0} different values, which is no category");
        }

        var categories = codeOf.Keys.Order(StringComparer.Ordinal).ToArray();
        for (var code = 0; code < categories.Length; code++)
            codeOf[categories[code]] = code;
        var codes = Array.ConvertAll(column.Values, value => string.IsNullOrEmpty(value) ? -1 : codeOf[value]);
        return (new CategoryFeature(column.Name, codes.Contains(-1), categories, codes), null);
    }
}
