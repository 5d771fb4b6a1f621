using Assay.Data.Datasets;

namespace Assay.Data.Screening;

/// <summary>The label as numbers, and how surprised one should be when rows agree in it.</summary>
internal sealed class ScreenedLabel
{
    private readonly double[] _shares;
    private readonly Dictionary<int, double> _logAgreement = [];

    private ScreenedLabel(string name, double[] values, bool ordered)
    {
        Name = name;
        Values = values;
        var counts = values.Where(value => !double.IsNaN(value)).GroupBy(value => value).Select(group => group.Count()).ToArray();
        Rows = counts.Sum();
        Classes = counts.Length;
        RowsNotCommonest = Rows - counts.DefaultIfEmpty(0).Max();
        _shares = [.. counts.Select(count => (double)count / Rows)];
        IsOrdered = ordered || Classes == 2;
        var sorted = values.Where(value => !double.IsNaN(value)).Order().ToArray();
        MiddleHalf = Rows == 0 ? 0 : sorted[Rows * 3 / 4] - sorted[Rows / 4];
    }

    public string Name { get; }

    /// <summary>NaN where missing; text as the rank of its class.</summary>
    public double[] Values { get; }

    /// <summary>Rows with a label.</summary>
    public int Rows { get; }

    public int Classes { get; }

    /// <summary>Rows with another label than the commonest.</summary>
    public int RowsNotCommonest { get; }

    /// <summary>
    /// Distance of the quartiles: what a small difference is measured by. The range won't do, since one giant row would
    /// make all others look alike.
    /// </summary>
    public double MiddleHalf { get; }

    /// <summary>Whether more and less mean something: numbers, and any two classes.</summary>
    public bool IsOrdered { get; }

    public static ScreenedLabel Of(Column column) => column switch
    {
        NumberColumn number => new(column.Name, number.Values, ordered: true),
        TextColumn text => new(column.Name, Ranks(text.Values), ordered: false),
        _ => throw new InvalidOperationException($"Column kind {column.GetType().Name} is not known."),
    };

    /// <summary>Natural logarithm of the odds that this many rows, drawn freely, all have one label.</summary>
    public double LogAgreement(int rows)
    {
        if (!_logAgreement.TryGetValue(rows, out var log))
            _logAgreement[rows] = log = Math.Log(Math.Max(double.Epsilon, _shares.Sum(share => Math.Pow(share, rows))));
        return log;
    }

    private static double[] Ranks(string?[] values)
    {
        var ranks = values.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select((value, rank) => (value, rank)).ToDictionary(pair => pair.value, pair => (double)pair.rank);
        return Array.ConvertAll(values, value => value is null ? double.NaN : ranks[value]);
    }
}
