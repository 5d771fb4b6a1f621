using System.Globalization;
using System.Text;
using Assay.Data.Datasets;

namespace Assay.Tests.Learning;

/// <summary>Made-up tables with everything that a trainer can stumble over.</summary>
internal static class Tables
{
    /// <summary>
    /// Number and Boolean features, one with missing values; a category with missing values and one with 300 values;
    /// a label that depends on them, as class and as number.
    /// </summary>
    public static Table Mixed(int rows = 1500, int seed = 7, double unit = 1, double origin = 0)
    {
        var random = new Random(seed);
        var (age, income, member) = (new double[rows], new double[rows], new double[rows]);
        var (region, shop, churn) = (new string?[rows], new string?[rows], new string?[rows]);
        var amount = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            age[row] = random.Next(18, 90);
            income[row] = random.NextDouble() < 0.1 ? double.NaN : Math.Round(1000 * Math.Exp(random.NextDouble() * 4), 2);
            member[row] = random.Next(2);
            region[row] = random.NextDouble() < 0.05 ? null : new[] { "north", "south", "east's", "wëst" }[random.Next(4)];
            shop[row] = $"shop {row * 7919 % 300}";
            var signal = (age[row] / 20) + (double.IsNaN(income[row]) ? 2 : income[row] / 20_000)
                + (region[row] == "north" ? 1.5 : 0) - member[row];
            churn[row] = signal + (2 * random.NextDouble()) > 4.6 ? "Yes" : "No";
            amount[row] = origin + (unit * Math.Max(0, signal - 3 + random.NextDouble()));
        }

        return new(
        [
            new NumberColumn("age", ColumnKind.Number, age),
            new NumberColumn("income", ColumnKind.Number, income),
            new NumberColumn("member", ColumnKind.Boolean, member),
            new TextColumn("region", ColumnKind.Text, region),
            new TextColumn("shop", ColumnKind.Text, shop),
            new TextColumn("churn", ColumnKind.Text, churn),
            new NumberColumn("amount", ColumnKind.Number, amount),
        ], rows);
    }

    /// <summary>The table without a column.</summary>
    public static Table Without(this Table table, string column) =>
        table with { Columns = [.. table.Columns.Where(other => other.Name != column)] };

    /// <summary>The table with a column under another name.</summary>
    public static Table Renamed(this Table table, string column, string name) =>
        table with { Columns = [.. table.Columns.Select(other => other.Name == column ? other with { Name = name } : other)] };

    /// <summary>These rows of the table, in this order.</summary>
    public static Table Picked(this Table table, params int[] rows) => new(
        [.. table.Columns.Select(Column (column) => column switch
        {
            NumberColumn number => number with { Values = Array.ConvertAll(rows, row => number.Values[row]) },
            TextColumn text => text with { Values = Array.ConvertAll(rows, row => text.Values[row]) },
            _ => throw new InvalidOperationException(),
        })], rows.Length);

    /// <summary>As CSV.</summary>
    public static string Csv(this Table table)
    {
        var csv = new StringBuilder().AppendJoin(',', table.Columns.Select(column => Cell(column.Name))).Append('\n');
        for (var row = 0; row < table.Rows; row++)
            csv.AppendJoin(',', table.Columns.Select(column => Cell(TextOf(column, row)))).Append('\n');
        return csv.ToString();
    }

    private static string TextOf(Column column, int row) => column switch
    {
        NumberColumn number when double.IsNaN(number.Values[row]) => "",
        NumberColumn { Kind: ColumnKind.Boolean } flag => flag.Values[row] == 1 ? "true" : "false",
        NumberColumn number => number.Values[row].ToString("R", CultureInfo.InvariantCulture),
        _ => ((TextColumn)column).Values[row] ?? "",
    };

    private static string Cell(string text) =>
        text.AsSpan().ContainsAny(",\"\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
