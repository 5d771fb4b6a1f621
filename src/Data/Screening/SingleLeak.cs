using System.Globalization;
using Assay.Data.Datasets;

namespace Assay.Data.Screening;

/// <summary>
/// Whether one column determines the label: each of its values comes with one label, or it is missing exactly for one of
/// two labels, or the label rises and falls with it without exception, or it is the label in another unit.
/// </summary>
internal static class SingleLeak
{
    private const int RowsMin = 30;
    private const int RowsNotCommonestMin = 10;

    // Above this a number's repeated values say little about it: they may come from repeated rows.
    private const int NumberGroupsMax = 100;
    private const double LogOddsMax = -14;   // about one in a million
    private const int ClassRowsMin = 20;
    private const int SeparationRowsMin = 200;
    private const double LinearTolerance = 1e-3;

    public static string? WhyLeaking(Column column, ScreenedLabel label)
    {
        if (label.Rows < RowsMin || label.RowsNotCommonest < RowsNotCommonestMin)
            return null;

        var groups = Groups(column);
        var grouped = column is TextColumn || groups.Distinct().Take(NumberGroupsMax + 1).Count() <= NumberGroupsMax;
        if (grouped && Determines(groups, label))
            return $"gives the label away: each of its values occurs with one value of {label.Name} only";
        if (Determines(Array.ConvertAll(groups, group => group == 0 ? 0 : 1), label))
            return $"gives the label away: whether it is missing tells {label.Name}";
        if (column is not NumberColumn number || !label.IsOrdered)
            return null;
        if (IsMonotone(number.Values, label))
            return $"gives the label away: {label.Name} follows from it, in the same order without exception";
        return LinearFit(number.Values, label) is var (slope, intercept)
            ? string.Create(CultureInfo.InvariantCulture,
                $"gives the label away: {label.Name} is {slope:g4} times it plus {intercept:g4} in every row")
            : null;
    }

    /// <summary>A number per distinct value, 0 for missing.</summary>
    private static int[] Groups(Column column)
    {
        var known = new Dictionary<object, int>();
        return column switch
        {
            NumberColumn number => Array.ConvertAll(number.Values, value => double.IsNaN(value) ? 0 : Number(value)),
            TextColumn text => Array.ConvertAll(text.Values, value => value is null ? 0 : Number(value)),
            _ => [],
        };

        int Number(object value)
        {
            if (!known.TryGetValue(value, out var group))
                known[value] = group = known.Count + 1;
            return group;
        }
    }

    private static bool Determines(int[] groups, ScreenedLabel label)
    {
        var first = new double[groups.Length + 1];
        var sizes = new int[groups.Length + 1];
        for (var row = 0; row < groups.Length; row++)
        {
            var value = label.Values[row];
            var group = groups[row];
            if (double.IsNaN(value))
                continue;
            if (sizes[group]++ == 0)
                first[group] = value;
            else if (first[group] != value)
                return false;
        }

        // A value that occurs once agrees with itself, which proves nothing.
        var repeated = sizes.Where(size => size > 1).ToList();
        return repeated.Sum() >= Math.Max(RowsMin, label.Rows / 2) && repeated.Sum(label.LogAgreement) <= LogOddsMax;
    }

    private static bool IsMonotone(double[] values, ScreenedLabel label)
    {
        const int Probe = 1000;
        return (values.Length <= Probe || IsMonotone(values.AsSpan(0, Probe), label.Values, out _, out _))
            && IsMonotone(values, label.Values, out var rows, out var labels)
            && rows >= label.Rows / 2
            && (label.Classes > 2 || rows >= SeparationRowsMin)
            && labels.Values.Max() <= rows - (label.Classes > 2 ? RowsNotCommonestMin : ClassRowsMin);
    }

    private static bool IsMonotone(ReadOnlySpan<double> values, double[] label, out int rows, out Dictionary<double, int> labels)
    {
        var pairs = new List<(double Value, double Label)>(values.Length);
        labels = [];
        for (var row = 0; row < values.Length; row++)
        {
            if (double.IsNaN(values[row]) || double.IsNaN(label[row]))
                continue;
            pairs.Add((values[row], label[row]));
            labels[label[row]] = labels.GetValueOrDefault(label[row]) + 1;
        }

        rows = pairs.Count;
        pairs.Sort();
        var (rises, falls) = (true, true);
        for (var i = 1; i < pairs.Count; i++)
        {
            var agree = pairs[i].Value != pairs[i - 1].Value || pairs[i].Label == pairs[i - 1].Label;
            rises &= agree && pairs[i].Label >= pairs[i - 1].Label;
            falls &= agree && pairs[i].Label <= pairs[i - 1].Label;
            if (!rises && !falls)
                return false;
        }

        return rows >= RowsMin || values.Length < label.Length;
    }

    /// <summary>The exact straight line through all rows, up to rounding of the file's numbers; null when there is none.</summary>
    private static (double Slope, double Intercept)? LinearFit(double[] values, ScreenedLabel label)
    {
        var rows = Enumerable.Range(0, values.Length)
            .Where(row => !double.IsNaN(values[row]) && !double.IsNaN(label.Values[row])).ToArray();
        if (label.Classes <= 10 || rows.Length < Math.Max(RowsMin, label.Rows / 2))
            return null;

        var meanValue = rows.Average(row => values[row]);
        var meanLabel = rows.Average(row => label.Values[row]);
        var variance = rows.Sum(row => (values[row] - meanValue) * (values[row] - meanValue));
        if (variance == 0)
            return null;

        var slope = rows.Sum(row => (values[row] - meanValue) * (label.Values[row] - meanLabel)) / variance;
        var intercept = meanLabel - slope * meanValue;

        var tolerance = LinearTolerance * label.MiddleHalf;
        return slope != 0 && Array.TrueForAll(rows, row => Math.Abs(label.Values[row] - slope * values[row] - intercept) <= tolerance)
            ? (slope, intercept)
            : null;
    }
}
