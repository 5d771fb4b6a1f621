using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Assay.Data.Reading;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Microsoft.Extensions.Options;

namespace Assay.Data.Datasets;

/// <summary>The first rows of a version.</summary>
/// <param name="Columns">Names and types, in file order.</param>
/// <param name="Rows">A value per column: number, true or false, text, or null where it is missing.</param>
public sealed record DatasetRows(IReadOnlyList<PreviewColumn> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>A column of a preview.</summary>
public sealed record PreviewColumn(string Name, ColumnKind Kind);

internal static class PreviewRows
{
    private const int RowsMax = 1000;
    private const int RowsUsually = 50;

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/versions/{version}/rows", Handle).WithName("PreviewDatasetRows").Requires(DataPermissions.Read, resource: "name");

    private static async Task<DatasetRows> Handle(
        string name, string version, [Range(1, RowsMax)] int? limit, IDatasets datasets, ParquetHead parquet, CancellationToken cancel)
    {
        var found = await ShowVersion.Find(datasets, name, version, cancel);
        var columns = found.Profile.Select(column => new PreviewColumn(column.Name, column.Kind)).ToList();
        await using var content = await datasets.Open(name, found.Version.Version, cancel);
        var rows = found.Version.Format == TableFormats.Csv
            ? await Task.Run(() => CsvText.Head(content, limit ?? RowsUsually), cancel)
            : await parquet.Read(content, limit ?? RowsUsually, cancel);
        return new(columns, [.. rows.Select(row => row.Select((value, i) => Value(value, columns[i].Kind)).ToList())]);
    }

    /// <summary>A cell's text as a number, true or false, or text; null where it is missing.</summary>
    public static object? Value(string? value, ColumnKind kind) => value switch
    {
        null => null,
        _ when MissingValues.Contains(value) => null,
        _ when kind == ColumnKind.Number => double.Parse(value, CultureInfo.InvariantCulture),
        _ when kind == ColumnKind.Boolean => bool.Parse(value),
        _ => value,
    };
}

/// <summary>The first rows of a Parquet file, as text.</summary>
internal sealed class ParquetHead(AssayHome home, IOptions<DataOptions> options)
{
    public async Task<List<string?[]>> Read(Stream content, int rows, CancellationToken cancel)
    {
        using var file = await ReceivedFile.From(content, home, cancel);
        var limits = new DuckLimits(options.Value.MemoryMegabytes, options.Value.Threads, rows);
        return await Task.Run(() => Read(file, limits, cancel), cancel);
    }

    private static List<string?[]> Read(ReceivedFile file, DuckLimits limits, CancellationToken cancel)
    {
        using var table = DuckTable.Open(file.Path, TableFormats.Parquet, file.Folder, limits, cancel);
        var rows = Enumerable.Range(0, (int)table.RowCount).Select(_ => new string?[table.Columns.Count]).ToList();
        table.ReadValues((reader, field, row, column) => rows[row][column] = reader.IsDBNull(field) ? null : table.Columns[column].Kind switch
        {
            ColumnKind.Number => reader.GetDouble(field).ToString("R", CultureInfo.InvariantCulture),
            ColumnKind.Boolean => reader.GetDouble(field) == 1 ? "true" : "false",
            _ => reader.GetString(field),
        });
        return rows;
    }
}
