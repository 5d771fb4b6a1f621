using Assay.Data.Datasets;

namespace Assay.Data.Screening;

/// <summary>A column that a model must not learn from.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Reason">Why, in plain words, to be read after the name.</param>
public sealed record ExcludedColumn(string Column, string Reason);

/// <summary>
/// Finds columns that say nothing (no value, one value), that only name the row (identifiers, times) or that give the
/// label away: a column that determines it, or two whose sum or difference is it. It prefers to let a doubtful column
/// through: each verdict needs a pattern that chance would not make, and a column that merely predicts well is honest.
/// </summary>
public static class ColumnScreen
{
    /// <summary>The columns to leave out, in table order. The label is never among them.</summary>
    /// <exception cref="InvalidTableException">The table has no column <paramref name="label"/>.</exception>
    public static IReadOnlyList<ExcludedColumn> Find(Table table, string label)
    {
        if (table.Find(label) is not { } labelColumn)
            throw new InvalidTableException($"There is no column '{label}' to learn; the columns are {Names(table)}.");

        var features = table.Columns.Where(column => column.Name != label).ToList();
        var reasons = new Dictionary<string, string>();
        foreach (var column in features)
        {
            if (WhyUseless(column) is { } reason)
                reasons[column.Name] = reason;
        }

        var target = ScreenedLabel.Of(labelColumn);
        var left = features.Where(column => !reasons.ContainsKey(column.Name)).ToList();
        foreach (var column in left)
        {
            if (SingleLeak.WhyLeaking(column, target) is { } reason)
                reasons[column.Name] = reason;
        }

        var numbers = left.OfType<NumberColumn>().Where(column => !reasons.ContainsKey(column.Name)).ToList();
        foreach (var (column, reason) in PairLeak.Find(numbers, target))
            reasons.TryAdd(column, reason);

        return [.. features.Where(column => reasons.ContainsKey(column.Name))
            .Select(column => new ExcludedColumn(column.Name, reasons[column.Name]))];
    }

    private static string? WhyUseless(Column column) => column switch
    {
        NumberColumn { Values: var values } when values.All(double.IsNaN) => Empty,
        TextColumn { Values: var values } when values.All(value => value is null) => Empty,
        { Kind: ColumnKind.Time } => "is a date or time, which tells one row from another more than it explains the label",
        NumberColumn { Values: var values } when values.All(value => value == values[0]) => Constant,
        TextColumn { Values: var values } when values.All(value => value == values[0]) => Constant,
        NumberColumn number => Identifier.Why(number),
        TextColumn text => Identifier.Why(text),
        _ => null,
    };

    private const string Empty = "has no value in any row";
    private const string Constant = "has the same value in every row";

    private static string Names(Table table)
    {
        const int Shown = 20;
        var names = string.Join(", ", table.Columns.Take(Shown).Select(column => column.Name));
        return table.Columns.Count > Shown ? $"{names} and {table.Columns.Count - Shown} more" : names;
    }
}
