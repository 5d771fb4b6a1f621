using System.Globalization;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Statistics.Metrics;

namespace Assay.Learning.Packaging;

/// <summary>
/// Counts the hold-out rows by the values of every column that has few of them, columns that the model does not read
/// included: whether it treats men and women alike is a question about a column that it should not see.
/// </summary>
internal static class Segments
{
    private const int ValuesMax = 20;

    /// <summary>By column, in the table's order; null for regression, where there is no decision to count.</summary>
    public static IReadOnlyList<SegmentedColumn>? Of(Prepared prepared, string label, float[] predictions) =>
        prepared.Rows.Task != ModelTask.Classification
            ? null
            : [.. from column in prepared.Table.Columns
                  where column.Name != label
                  let segments = Of(column, prepared, predictions)
                  where segments is { Count: > 1 }
                  select new SegmentedColumn(column.Name, segments)];

    private static List<Segment>? Of(Column column, Prepared prepared, float[] predictions)
    {
        var groups = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var position = 0; position < prepared.Sides.Holdout.Length; position++)
        {
            if (ValueOf(column, prepared.Sides.Holdout[position]) is not { } value)
                continue;
            if (!groups.TryGetValue(value, out var members))
            {
                if (groups.Count == ValuesMax)
                    return null;
                groups.Add(value, members = []);
            }

            members.Add(position);
        }

        return [.. groups.Select(group => Count(group.Key, group.Value, prepared, predictions))];
    }

    private static Segment Count(string value, List<int> positions, Prepared prepared, float[] predictions)
    {
        var positive = positions.ConvertAll(position => prepared.Rows.Labels[prepared.Sides.Holdout[position]] == 1).ToArray();
        var probabilities = positions.ConvertAll(position => predictions[position]).ToArray();
        var metrics = ClassificationMetrics.Of(probabilities, positive);
        var selected = probabilities.Count(probability => probability >= 0.5);
        var both = probabilities.Zip(positive).Count(row => row.First >= 0.5 && row.Second);
        return new(value, positions.Count, positive.Count(truth => truth), selected, both, double.IsFinite(metrics.Auc) ? metrics.Auc : null);
    }

    private static string? ValueOf(Column column, int row) => column switch
    {
        TextColumn { Kind: ColumnKind.Text } text => text.Values[row],
        NumberColumn number when !double.IsNaN(number.Values[row]) => number.Values[row].ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
