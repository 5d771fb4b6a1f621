using Assay.Data.Datasets;

namespace Assay.Data.Screening;

/// <summary>Tells columns that only name the row from honest ones that happen to have many values.</summary>
internal static class Identifier
{
    public const int RowsMin = 10;
    private const double TextShareDistinct = 0.9;
    private const double SequenceShare = 0.9;

    // Numbers drawn freely from the same range would repeat themselves this often; never doing so has odds of e^-10.
    private const double CollisionsExpectedMin = 10;

    public static string? Why(NumberColumn column)
    {
        var values = column.Values;
        if (values.Length < RowsMin || !Array.TrueForAll(values, IsWhole))
            return null;

        double distinct = new HashSet<double>(values).Count;
        double rows = values.Length;
        if (distinct == rows && IsRunning(rows, values.Min(), values.Max()))
            return "is an identifier: a running number that no two rows share";

        // Files put one after another repeat their running numbers, so half as many values as rows is enough here.
        var steps = 0;
        for (var row = 1; row < values.Length; row++)
            steps += values[row] == values[row - 1] + 1 ? 1 : 0;
        return distinct >= rows / 2 && steps >= SequenceShare * (rows - 1) ? "is an identifier: it counts the rows" : null;
    }

    public static string? Why(TextColumn column)
    {
        var present = column.Values.Count(value => value is not null);
        if (present < RowsMin)
            return null;

        var distinct = column.Values.Where(value => value is not null).Distinct(StringComparer.Ordinal).Count();
        return distinct == present ? "is an identifier: no two rows share its text"
            : distinct >= TextShareDistinct * present ? "is an identifier or free text: nearly every row has its own"
            : null;
    }

    /// <summary>Whether this many different whole numbers, and no other rows, in this range can hardly be but a numbering.</summary>
    public static bool IsRunning(double rows, double min, double max)
    {
        var range = max - min + 1;
        return rows >= RowsMin && (range == rows || rows * (rows - 1) / (2 * range) >= CollisionsExpectedMin);
    }

    // NaN and the infinities are not whole; beyond 2^53 a double no longer tells neighbours apart.
    private static bool IsWhole(double value) => Math.Abs(value) <= 9007199254740992 && Math.Floor(value) == value;
}
