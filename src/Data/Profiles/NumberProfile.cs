using System.Globalization;
using Assay.Data.Datasets;
using Assay.Data.Reading;

namespace Assay.Data.Profiles;

/// <summary>Moments, quantiles and histogram of a column of numbers or Booleans.</summary>
internal static class NumberProfile
{
    private const int Bins = 20;

    // Exact quantiles hold their values in memory; larger tables give every n-th row.
    private const long QuantileRowsMax = 2_000_000;

    /// <summary>The profile with everything that numbers have. The column has at least one value.</summary>
    public static ColumnProfile Fill(ColumnProfile profile, DuckTable table, DuckColumn column)
    {
        var (min, max) = table.Query($"SELECT min({column.Sql}), max({column.Sql}) FROM {column.Rows}", reader => (reader.GetDouble(0), reader.GetDouble(1)))[0];

        // Squares of very large numbers overflow; a common unit keeps them in range.
        var unit = Math.Max(Math.Abs(min), Math.Abs(max)) is > 1e100 and var largest ? largest : 1;
        var (mean, deviation) = table.Query(
            $"SELECT avg({column.Sql} / {Sql(unit)}), stddev_pop({column.Sql} / {Sql(unit)}) FROM {column.Rows}",
            reader => (reader.GetDouble(0) * unit, reader.GetDouble(1) * unit))[0];
        return profile with
        {
            Mean = mean,
            StandardDeviation = deviation,
            Min = min,
            Max = max,
            Quantiles = Quantiles(table, column, min, max),
            Histogram = profile.Distinct <= Bins
                ? ByValue(table, column, profile.Kind)
                : ByRange(table, column, min, max),
        };
    }

    private static double[] Quantiles(DuckTable table, DuckColumn column, double min, double max)
    {
        var step = 1 + (table.RowCount - 1) / QuantileRowsMax;
        var sample = step == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" WHERE rowid % {step} = 0");
        var inner = table.Query(
            $"SELECT unnest(quantile_cont({column.Sql}, [0.05, 0.25, 0.5, 0.75, 0.95])) FROM {column.Rows}{sample}",
            reader => reader.IsDBNull(0) ? min : reader.GetDouble(0));
        return [min, .. inner, max];
    }

    private static List<HistogramBin> ByValue(DuckTable table, DuckColumn column, ColumnKind kind) => table.Query(
        $"SELECT {column.Sql}, count(*) FROM {column.Rows} WHERE {column.Sql} IS NOT NULL GROUP BY 1 ORDER BY 1",
        reader => reader.GetDouble(0) is var number && kind == ColumnKind.Boolean
            ? new HistogramBin(number == 1 ? "true" : "false", null, null, reader.GetInt64(1))
            : new HistogramBin(Short(number), number, number, reader.GetInt64(1)));

    private static List<HistogramBin> ByRange(DuckTable table, DuckColumn column, double min, double max)
    {
        // Halves first: the difference of the two ends may overflow.
        var width = max / Bins - min / Bins;
        var counts = new long[Bins];
        table.Read(
            $"SELECT greatest(0, least({Bins - 1}, floor({column.Sql} / {Sql(width)} - {Sql(min / width)})))::INTEGER AS bin, count(*) "
            + $"FROM {column.Rows} WHERE {column.Sql} IS NOT NULL GROUP BY 1",
            reader => counts[reader.GetInt32(0)] = reader.GetInt64(1));
        return [.. counts.Select((count, bin) =>
        {
            var (from, to) = (min + bin * width, bin == Bins - 1 ? max : min + (bin + 1) * width);
            return new HistogramBin($"{Short(from)} to {Short(to)}", from, to, count);
        })];
    }

    private static string Sql(double number) => $"CAST({number.ToString("R", CultureInfo.InvariantCulture)} AS DOUBLE)";

    private static string Short(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}
