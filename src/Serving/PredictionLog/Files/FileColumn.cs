using Parquet;
using Parquet.Schema;

namespace Assay.Serving.PredictionLog.Files;

/// <summary>
/// A column of a row group on its way into a file, in the form in which it is written: the values that are there, one behind
/// the other, and which rows have one. Other forms are turned into this one by the writer, value by value.
/// </summary>
/// <param name="field">Of the file.</param>
/// <param name="capacity">Rows.</param>
internal sealed class FileColumn<T>(DataField field, int capacity)
    where T : struct
{
    private readonly T[] _values = new T[capacity];
    private readonly int[] _levels = field.IsNullable ? new int[capacity] : [];   // 1 where a row has a value
    private int _rows;
    private int _count;

    /// <summary>The next row has a value.</summary>
    public void Add(T value)
    {
        _values[_count++] = value;
        if (field.IsNullable)
            _levels[_rows] = 1;
        _rows++;
    }

    /// <summary>So many next rows have the same value; none for null.</summary>
    public void Add(T? value, int rows)
    {
        if (field.IsNullable)
            _levels.AsSpan(_rows, rows).Fill(value is null ? 0 : 1);
        _rows += rows;
        if (value is not { } there)
            return;
        _values.AsSpan(_count, rows).Fill(there);
        _count += rows;
    }

    /// <summary>The next row has none.</summary>
    public void AddNone() => _levels[_rows++] = 0;

    /// <summary>Writes the rows and forgets them.</summary>
    public async Task Write(ParquetRowGroupWriter group, CancellationToken cancel)
    {
        ReadOnlyMemory<int>? levels = null;   // not the same as none, to which null would be turned in an expression
        if (field.IsNullable)
            levels = _levels.AsMemory(0, _rows);
        await group.WriteAllPartsAsync<T>(field, _values.AsMemory(0, _count), levels, null, cancel);
        (_rows, _count) = (0, 0);
    }
}

/// <summary>Columns of text.</summary>
internal static class TextColumns
{
    /// <summary>The next rows have this text; none for null.</summary>
    public static void Add(this FileColumn<ReadOnlyMemory<char>> column, string? text, int rows = 1) => column.Add(text?.AsMemory(), rows);
}
