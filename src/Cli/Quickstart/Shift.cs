using Assay.Data.Datasets;
using Assay.Inference.Models;

namespace Assay.Cli.Quickstart;

/// <summary>
/// A biased resample of a table's own rows: real rows with their labels, of which one end of the most telling feature is
/// over-represented, as when a campaign brings in one kind of customer. Nothing in it is invented.
/// </summary>
/// <param name="Feature">The feature by which rows were favoured.</param>
/// <param name="Rows">Positions in the table; a row stands twice only where the table has too few.</param>
internal sealed record Shift(string Feature, IReadOnlyList<int> Rows)
{
    private const int RowsMin = 1_000;
    private const int RowsMax = 5_000;

    /// <summary>Share of the table that is favoured, and the share of the resample that comes from it.</summary>
    private const double FavouredShare = 0.4;
    private const double FavouredDraws = 0.9;

    // Below this a number is a code or a flag, and has no end that could be favoured.
    private const int DistinctMin = 8;

    public static Shift Of(Table table, ModelSchema schema, IReadOnlyList<int> usable)
    {
        var outcome = Outcome(table, schema);
        var (feature, order) = Numbers(table, schema, usable, outcome) ?? Categories(table, schema, usable, outcome);
        var favoured = (int)Math.Ceiling(order.Length * FavouredShare);
        var size = Math.Clamp(usable.Count / 4, RowsMin, RowsMax);
        var chance = new Chance((ulong)table.Rows);
        var fromFavoured = (int)(size * FavouredDraws);
        return new(feature, [.. Draw(order[^favoured..], fromFavoured, chance), .. Draw(order[..^favoured], size - fromFavoured, chance)]);
    }

    /// <summary>The number that ranks rows most like the label does, and the rows in its order.</summary>
    private static (string Feature, int[] Order)? Numbers(Table table, ModelSchema schema, IReadOnlyList<int> usable, double[] outcome)
    {
        (string Feature, double Strength, NumberColumn Column)? best = null;
        foreach (var input in schema.Inputs)
        {
            if (table.Find(input.Name) is not NumberColumn { Kind: ColumnKind.Number } column || input.Type != InputType.Number)
                continue;
            var rows = usable.Where(row => !double.IsNaN(column.Values[row]) && !double.IsNaN(outcome[row])).ToArray();
            if (rows.Select(row => column.Values[row]).Distinct().Take(DistinctMin).Count() < DistinctMin)
                continue;
            var strength = Math.Abs(RankCorrelation([.. rows.Select(row => column.Values[row])], [.. rows.Select(row => outcome[row])]));
            if (best is null || strength > best.Value.Strength)
                best = (input.Name, strength, column);
        }

        if (best is not { } chosen)
            return null;
        var present = usable.Where(row => !double.IsNaN(chosen.Column.Values[row]));
        return (chosen.Feature, [.. present.OrderBy(row => chosen.Column.Values[row]).ThenBy(row => row)]);
    }

    /// <summary>The category whose values differ most in the label, and the rows by how much of it their value has.</summary>
    private static (string Feature, int[] Order) Categories(Table table, ModelSchema schema, IReadOnlyList<int> usable, double[] outcome)
    {
        var best = schema.Inputs
            .Select(input => (input.Name, Groups: usable.GroupBy(row => Key(table.Find(input.Name)!, row)).ToArray()))
            .Where(feature => feature.Groups.Length > 1)
            .Select(feature => (feature.Name, feature.Groups, Spread: Spread(feature.Groups, outcome, usable.Count)))
            .OrderByDescending(feature => feature.Spread)
            .First();
        return (best.Name, [.. best.Groups.OrderBy(group => Mean(group, outcome)).SelectMany(group => group)]);
    }

    private static string Key(Column column, int row) => column switch
    {
        TextColumn text => text.Values[row] ?? "",
        NumberColumn number => number.Values[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private static double Spread(IEnumerable<IGrouping<string, int>> groups, double[] outcome, int rows)
    {
        var means = groups.Select(group => (Weight: group.Count() / (double)rows, Mean: Mean(group, outcome))).ToArray();
        var overall = means.Sum(group => group.Weight * group.Mean);
        return means.Sum(group => group.Weight * (group.Mean - overall) * (group.Mean - overall));
    }

    private static double Mean(IEnumerable<int> rows, double[] outcome) =>
        rows.Select(row => outcome[row]).Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();

    /// <summary>The label as numbers: the value, or 1 for the positive class.</summary>
    private static double[] Outcome(Table table, ModelSchema schema) => table.Find(schema.Label) switch
    {
        NumberColumn number => number.Values,
        TextColumn text => Array.ConvertAll(text.Values, value => value is null ? double.NaN : value == schema.Classes?[^1] ? 1 : 0),
        _ => new double[table.Rows],
    };

    /// <summary>Spearman's rho: Pearson's correlation of the ranks, ties at their mean rank.</summary>
    private static double RankCorrelation(double[] left, double[] right)
    {
        var (a, b) = (Ranks(left), Ranks(right));
        var mean = (a.Length - 1) / 2.0;
        double product = 0, squaresA = 0, squaresB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            squaresA += (a[i] - mean) * (a[i] - mean);
            squaresB += (b[i] - mean) * (b[i] - mean);
        }

        return squaresA == 0 || squaresB == 0 ? 0 : product / Math.Sqrt(squaresA * squaresB);
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to + 1 < order.Length && values[order[to + 1]].Equals(values[order[from]]))
                to++;
            for (var i = from; i <= to; i++)
                ranks[order[i]] = (from + to) / 2.0;
            from = to + 1;
        }

        return ranks;
    }

    /// <summary>Draws without putting back, and shuffles anew when all are drawn.</summary>
    private static IEnumerable<int> Draw(int[] rows, int count, Chance chance)
    {
        var left = rows.Length;
        for (var drawn = 0; drawn < count && rows.Length > 0; drawn++)
        {
            if (left == 0)
                left = rows.Length;
            var at = chance.Below(left--);
            (rows[at], rows[left]) = (rows[left], rows[at]);
            yield return rows[left];
        }
    }
}
