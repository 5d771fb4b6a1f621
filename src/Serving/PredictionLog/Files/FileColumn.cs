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
    private bool _isNone;

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

    /// <summary>Says once that every row of every group has this value, or none for null; then <see cref="AddAlike"/> is all that is needed.</summary>
    public FileColumn<T> Always(T? value)
    {
        Add(value, capacity);
        (_rows, _count, _isNone) = (0, 0, value is null);
        return this;
    }

    /// <summary>So many next rows have what all have.</summary>
    public void AddAlike(int rows)
    {
        _rows += rows;
        _count += _isNone ? 0 : rows;
    }

    /// <summary>Room for the values of the next rows that have one, and for 1 where a row has one and 0 where not; then <see cref="AddFilled"/>.</summary>
    public (Memory<T> Values, Memory<int> Levels) Next(int rows) => (_values.AsMemory(_count, rows), _levels.AsMemory(_rows, rows));

    /// <summary>So many next rows were filled in, with so many values.</summary>
    public void AddFilled(int rows, int values)
    {
        _rows += rows;
        _count += values;
    }

    /// <summary>The next row has none.</summary>
    public void AddNone() => _levels[_rows++] = 0;

    /// <summary>Writes the rows and forgets them, and rests.</summary>
    public async Task Write(ParquetRowGroupWriter group, FilePace pace, CancellationToken cancel)
    {
        ReadOnlyMemory<int>? levels = null;   // not the same as none, to which null would be turned in an expression
        if (field.IsNullable)
            levels = _levels.AsMemory(0, _rows);
        await group.WriteAllPartsAsync<T>(field, _values.AsMemory(0, _count), levels, null, cancel);
        (_rows, _count) = (0, 0);
        await pace.Rest(cancel);
    }
}

/// <summary>Columns of text.</summary>
internal static class TextColumns
{
    /// <summary>The next rows have this text; none for null.</summary>
    public static void Add(this FileColumn<ReadOnlyMemory<char>> column, string? text, int rows = 1) => column.Add(text?.AsMemory(), rows);

    /// <summary>Every row of every group has this text, or none for null.</summary>
    public static FileColumn<ReadOnlyMemory<char>> Always(this FileColumn<ReadOnlyMemory<char>> column, string? text) => column.Always(text?.AsMemory());
}
