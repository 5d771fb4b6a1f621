using Assay.Data.Datasets;

namespace Assay.Data.Reading;

/// <summary>What column names must be, in every format.</summary>
internal static class ColumnNames
{
    private const int LengthMax = 200;

    /// <exception cref="InvalidTableException">Too many, one without a name, one too long, or two alike.</exception>
    public static void Check(IReadOnlyList<string> names)
    {
        if (names.Count > TableLimits.ColumnsMax)
        {
            throw new InvalidTableException(
                $"The file has {names.Count:N0} columns, and the limit is {TableLimits.ColumnsMax:N0}; leave out those that no model needs.");
        }

        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0)
                throw new InvalidTableException($"Column {i + 1} has no name; give it one in the header.");
            if (names[i].Length > LengthMax)
                throw new InvalidTableException($"Column {i + 1} has a name of {names[i].Length:N0} characters, and the limit is {LengthMax}.");
            if (names[i].Any(char.IsControl))
                throw new InvalidTableException($"Column {i + 1} has a line break or another control character in its name.");
            if (!places.TryAdd(names[i], i))
                throw new InvalidTableException($"Columns {places[names[i]] + 1} and {i + 1} are both named '{names[i]}'; rename one of them.");
        }
    }
}
