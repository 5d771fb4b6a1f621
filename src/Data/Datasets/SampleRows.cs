using System.Globalization;
using Assay.Data.Reading;
using Assay.Statistics.Samples;

namespace Assay.Data.Datasets;

/// <summary>Rows of a version, drawn at random of its first ones.</summary>
/// <param name="Read">Rows that were drawn from.</param>
/// <param name="Rows">Of each the columns that were asked for, as a model's inputs: numbers and Booleans (0 and 1) as text, null where missing.</param>
public sealed record SampledRows(long Read, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>Draws rows of a version's file.</summary>
internal sealed class SampleRows(ParquetHead parquet)
{
    /// <summary>Rows after which no more are read.</summary>
    public const int ReadMax = 100_000;

    /// <summary>Draws of a file; null where it lacks a column.</summary>
    public async Task<SampledRows?> Draw(DatasetVersionDetail version, Stream content, IReadOnlyList<string> columns, int count, CancellationToken cancel)
    {
        var known = version.Profile.Select(column => column.Name).ToList();
        int[] places = [.. columns.Select(column => known.IndexOf(column))];
        if (places.Contains(-1))
            return null;
        var rows = new Reservoir<string?[]>(count);
        if (version.Version.Format == TableFormats.Csv)
            await Task.Run(() => CsvText.Each(content, ReadMax, rows.Offer), cancel);
        else
            (await parquet.Read(content, ReadMax, cancel)).ForEach(rows.Offer);
        return new(rows.Offered, [.. rows.Drawn.Select(row => places.Select(place => Cell(row[place], version.Profile[place].Kind)).ToList())]);
    }

    private static string? Cell(string? value, ColumnKind kind) => PreviewRows.Value(value, kind) switch
    {
        bool truth => truth ? "1" : "0",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        var text => (string?)text,
    };
}
