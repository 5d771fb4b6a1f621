using System.Globalization;
using Assay.Data.Datasets;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Reports;

/// <summary>A column that both tables have, in the form in which it is compared.</summary>
internal abstract record ColumnPair(Column Reference, Column Current)
{
    public string Name => Reference.Name;

    /// <summary>Numbers as numbers; Booleans, text and columns whose kinds differ as categories. Times are compared by their day.</summary>
    public static ColumnPair Of(Column reference, Column current) =>
        (Numbers(reference, current), Numbers(current, reference)) is ({ } a, { } b) ? new NumberPair(a, b) : new CategoryPair(reference, current);

    /// <summary>Whether the column has no value at all, so that its kind says nothing.</summary>
    public static bool IsEmpty(Column column) => column switch
    {
        NumberColumn number => !Array.Exists(number.Values, double.IsFinite),
        TextColumn text => Array.TrueForAll(text.Values, value => value is null),
        _ => false,
    };

    // A column without values is one of numbers where the other is.
    private static NumberColumn? Numbers(Column column, Column other) => column switch
    {
        NumberColumn { Kind: ColumnKind.Number } number => number,
        TextColumn text when other.Kind == ColumnKind.Number && IsEmpty(text) =>
            new(text.Name, ColumnKind.Number, Array.ConvertAll(text.Values, _ => double.NaN)),
        _ => null,
    };
}

/// <summary>Two columns of numbers.</summary>
internal sealed record NumberPair(NumberColumn Before, NumberColumn Now) : ColumnPair(Before, Now)
{
    public NumberSample First { get; } = NumberSample.Of(Before.Values);

    public NumberSample Second { get; } = NumberSample.Of(Now.Values);
}

/// <summary>Two columns of categories, counted over the values of both.</summary>
internal sealed record CategoryPair : ColumnPair
{
    // A table of more is no test of anything, and Fisher's bins would be empty.
    private const int ValuesMax = 500;

    public CategoryPair(Column reference, Column current)
        : base(reference, current)
    {
        (FirstCounts, FirstMissing) = Count(reference);
        (SecondCounts, SecondMissing) = Count(current);

        // Chosen by both sides together: values that the reference alone chose would come less often in every other table.
        var values = FirstCounts.Keys.Union(SecondCounts.Keys)
            .OrderByDescending(value => FirstCounts.GetValueOrDefault(value) + SecondCounts.GetValueOrDefault(value))
            .ThenBy(value => value, StringComparer.Ordinal)
            .ToList();
        var shown = values.Take(ValuesMax)
            .OrderByDescending(value => FirstCounts.GetValueOrDefault(value))
            .ThenByDescending(value => SecondCounts.GetValueOrDefault(value))
            .ThenBy(value => value, StringComparer.Ordinal)
            .ToList();
        var rest = values.Skip(shown.Count).ToList();
        var fresh = rest.Count > 0 && HasTooManyNew() ? rest.FindAll(value => !FirstCounts.ContainsKey(value)) : [];
        (string Name, IReadOnlyList<string> Values)[] places =
        [
            .. shown.Select(value => (value, (IReadOnlyList<string>)[value])),
            ("(all others)", fresh.Count == 0 ? rest : rest.FindAll(FirstCounts.ContainsKey)),
            ("(never in the reference)", fresh),
        ];
        places = [.. places.Where(place => place.Values.Count > 0)];
        Values = [.. places.Select(place => place.Name)];
        First = [.. places.Select(place => place.Values.Sum(value => FirstCounts.GetValueOrDefault(value)))];
        Second = [.. places.Select(place => place.Values.Sum(value => SecondCounts.GetValueOrDefault(value)))];
    }

    public Dictionary<string, long> FirstCounts { get; }

    public Dictionary<string, long> SecondCounts { get; }

    public long FirstMissing { get; }

    public long SecondMissing { get; }

    /// <summary>Of both sides, by falling frequency in the reference.</summary>
    public IReadOnlyList<string> Values { get; }

    public long[] First { get; }

    public long[] Second { get; }

    /// <summary>The value of one row as a category; null when it is missing.</summary>
    public static string? Text(Column column, int row) => column switch
    {
        TextColumn { Kind: ColumnKind.Time } time => time.Values[row] is { Length: > 10 } moment ? moment[..10] : time.Values[row],
        TextColumn text => text.Values[row],
        NumberColumn { Kind: ColumnKind.Boolean } flag => double.IsNaN(flag.Values[row]) ? null : flag.Values[row] != 0 ? "true" : "false",
        NumberColumn number => double.IsNaN(number.Values[row]) ? null : number.Values[row].ToString("R", CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"'{column.Name}' is a column of an unknown kind.", nameof(column)),
    };

    // Of many values some are new in every table: about as large a share of its rows as values that came once have in the
    // reference (Good, 1953). More than that is another kind of values, and must not vanish among all others.
    private bool HasTooManyNew()
    {
        const double Deviations = 4;
        var (before, now) = (FirstCounts.Values.Sum(), SecondCounts.Values.Sum());
        if (before == 0 || now == 0)
            return false;
        var (once, twice) = (FirstCounts.Values.LongCount(count => count == 1), FirstCounts.Values.LongCount(count => count == 2));
        var (expected, share) = ((double)once / before, (double)SecondCounts.Where(entry => !FirstCounts.ContainsKey(entry.Key)).Sum(entry => entry.Value) / now);
        var spread = Math.Sqrt(once + 2 * twice + 1) / before + Math.Sqrt(Math.Max(expected, 1.0 / now) / now);
        return share > expected + Deviations * spread;
    }

    private static (Dictionary<string, long> Counts, long Missing) Count(Column column)
    {
        var rows = column is NumberColumn number ? number.Values.Length : ((TextColumn)column).Values.Length;
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        long missing = 0;
        for (var row = 0; row < rows; row++)
        {
            if (Text(column, row) is { } value)
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
            else
                missing++;
        }

        return (counts, missing);
    }
}
