using System.Globalization;
using Assay.Data.Reading;

namespace Assay.Data.Datasets;

/// <summary>Rows of a version, drawn at random of its first ones.</summary>
/// <param name="Read">Rows that were drawn from.</param>
/// <param name="Rows">Of each the columns that were asked for, as a model's inputs: numbers and Booleans (0 and 1) as text, null where missing.</param>
public sealed record SampledRows(long Read, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>Draws rows, each with the same chance (reservoir sampling; Vitter, 1985).</summary>
internal sealed class SampleRows(int count, int[] places, ColumnKind[] kinds)
{
    /// <summary>Rows after which no more are read.</summary>
    public const int ReadMax = 100_000;

    private readonly Random _random = new(1);   // the same version gives the same sample
    private readonly List<IReadOnlyList<string?>> _rows = [];
    private long _read;

    /// <summary>Draws of a file; null where it lacks a column.</summary>
    public static async Task<SampledRows?> Of(
        DatasetVersionDetail version, Stream content, IReadOnlyList<string> columns, (int Count, ParquetHead Parquet) how, CancellationToken cancel)
    {
        var known = version.Profile.Select(column => column.Name).ToList();
        int[] places = [.. columns.Select(column => known.IndexOf(column))];
        if (places.Contains(-1))
            return null;
        var sample = new SampleRows(how.Count, places, [.. places.Select(place => version.Profile[place].Kind)]);
        if (version.Version.Format == TableFormats.Csv)
            await Task.Run(() => CsvText.Each(content, ReadMax, sample.Add), cancel);
        else
            (await how.Parquet.Read(content, ReadMax, cancel)).ForEach(sample.Add);
        return new(sample._read, sample._rows);
    }

    private void Add(string?[] row)
    {
        _read++;
        if (_rows.Count < count)
            _rows.Add(Cells(row));
        else if (_random.NextInt64(_read) is var place && place < count)
            _rows[(int)place] = Cells(row);
    }

    private string?[] Cells(string?[] row)
    {
        var cells = new string?[places.Length];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = Cell(row[places[i]], kinds[i]);
        return cells;
    }

    private static string? Cell(string? value, ColumnKind kind) => value switch
    {
        null => null,
        _ when MissingValues.Contains(value) => null,
        _ when kind == ColumnKind.Boolean => bool.Parse(value) ? "1" : "0",
        _ when kind == ColumnKind.Number => double.Parse(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        _ => value,
    };
}
