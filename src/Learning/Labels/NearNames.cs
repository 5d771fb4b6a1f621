using Assay.Data.Datasets;

namespace Assay.Learning.Labels;

/// <summary>Helps somebody who mistyped a column.</summary>
internal static class NearNames
{
    private const int Shown = 5;

    public static string Sentence(Table table, string wanted)
    {
        var names = table.Columns.Select(column => column.Name).ToArray();
        var near = names
            .Select(name => (name, distance: Distance(name.ToUpperInvariant(), wanted.ToUpperInvariant())))
            .Where(entry => entry.distance <= Math.Max(2, wanted.Length / 3)
                || entry.name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .OrderBy(entry => entry.distance)
            .Select(entry => entry.name)
            .Take(Shown)
            .ToArray();
        if (near.Length > 0)
            return $"There is no column '{wanted}' to learn; did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?";
        var more = names.Length > Shown ? $" and {names.Length - Shown} more" : "";
        return $"There is no column '{wanted}' to learn; the columns are {string.Join(", ", names.Take(Shown))}{more}.";
    }

    /// <summary>Levenshtein's edit distance (1965).</summary>
    internal static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 0; i < a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < b.Length; j++)
            {
                var replaced = diagonal + (a[i] == b[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(row[j], row[j + 1]));
            }
        }

        return row[^1];
    }
}
