using Assay.Data.Datasets;

namespace Assay.Data.Screening;

/// <summary>Pairs of columns whose sum or difference is the label, or whose sum parts its two classes at one point.</summary>
internal static class PairLeak
{
    private const int RowsMin = 30;
    private const int RowsNotCommonestMin = 10;
    private const int SeparationRowsMin = 200;
    private const int ClassRowsMin = 20;
    private const double Tolerance = 1e-6;

    public static IEnumerable<(string Column, string Reason)> Find(IReadOnlyList<NumberColumn> columns, ScreenedLabel label)
    {
        if (!label.IsOrdered || label.Rows < RowsMin || label.RowsNotCommonest < RowsNotCommonestMin)
            yield break;

        var scale = label.Values.Where(value => !double.IsNaN(value)).Max(Math.Abs);
        for (var i = 0; i < columns.Count; i++)
        {
            for (var j = i + 1; j < columns.Count; j++)
            {
                if (Relation(columns[i], columns[j], label, scale) is not { } relation)
                    continue;
                yield return (columns[i].Name, $"gives the label away: {relation}");
                yield return (columns[j].Name, $"gives the label away: {relation}");
            }
        }
    }

    private static string? Relation(NumberColumn one, NumberColumn other, ScreenedLabel label, double scale)
    {
        if (Holds(one.Values, other.Values, +1, label, scale))
            return $"{one.Name} + {other.Name} is {label.Name} in every row";
        if (Holds(one.Values, other.Values, -1, label, scale))
            return $"{one.Name} - {other.Name} is {label.Name} in every row";
        if (Holds(other.Values, one.Values, -1, label, scale))
            return $"{other.Name} - {one.Name} is {label.Name} in every row";
        return label.Classes == 2 && Parts(one.Values, other.Values, label)
            ? $"{one.Name} + {other.Name} parts the two values of {label.Name} without exception"
            : null;
    }

    private static bool Holds(double[] one, double[] other, double sign, ScreenedLabel label, double scale)
    {
        var compared = 0;
        for (var row = 0; row < one.Length; row++)
        {
            var difference = one[row] + sign * other[row] - label.Values[row];
            if (double.IsNaN(difference))
                continue;
            if (Math.Abs(difference) > Tolerance * scale)
                return false;
            compared++;
        }

        return compared >= Math.Max(RowsMin, label.Rows / 2);
    }

    private static bool Parts(double[] one, double[] other, ScreenedLabel label)
    {
        var high = label.Values.Where(value => !double.IsNaN(value)).Max();
        var (lowest, highest) = (new[] { double.MaxValue, double.MaxValue }, new[] { double.MinValue, double.MinValue });
        var rows = new int[2];
        for (var row = 0; row < one.Length; row++)
        {
            var sum = one[row] + other[row];
            if (double.IsNaN(sum) || double.IsNaN(label.Values[row]))
                continue;
            var side = label.Values[row] == high ? 1 : 0;
            lowest[side] = Math.Min(lowest[side], sum);
            highest[side] = Math.Max(highest[side], sum);
            rows[side]++;
            if (lowest[0] <= highest[1] && lowest[1] <= highest[0])
                return false;
        }

        return rows.Sum() >= Math.Max(SeparationRowsMin, label.Rows / 2) && rows.Min() >= ClassRowsMin;
    }
}
