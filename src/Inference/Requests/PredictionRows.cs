using System.Buffers;

namespace Assay.Inference.Requests;

/// <summary>
/// Rows that passed a model's schema, in pooled memory: dispose after the prediction. Not thread-safe, and only for a
/// model of the schema that they were read with.
/// </summary>
/// <remarks>
/// A number is kept in single precision, as the graph takes it (missing is NaN); a category as its index in
/// <c>ModelInput.Categories</c>, -1 when missing, so that no text is kept.
/// </remarks>
public sealed class PredictionRows : IDisposable
{
    /// <summary>What stands in a category's cell when it is missing.</summary>
    public const float MissingCategory = -1;
    private float[] _cells;
    private int _length;

    internal PredictionRows(int width)
    {
        Width = width;
        _cells = ArrayPool<float>.Shared.Rent(Math.Max(width, 1) * 4);
    }

    /// <summary>Number of rows.</summary>
    public int Count => Width == 0 ? 0 : _length / Width;

    /// <summary>Number of inputs.</summary>
    public int Width { get; }

    /// <summary>The values, row by row: numbers, NaN when missing, and indexes of categories, -1 when missing.</summary>
    public ReadOnlySpan<float> Cells => _cells.AsSpan(0, _length);

    /// <summary>Makes room for one more row and returns its cells, which hold what an earlier use left there.</summary>
    internal Span<float> AddRow()
    {
        if (_length + Width > _cells.Length)
            Grow(Width);
        var row = _cells.AsSpan(_length, Width);
        _length += Width;
        return row;
    }

    /// <summary>The same for many rows, of which the caller knows that they will come.</summary>
    internal Span<float> AddRows(int count)
    {
        var length = checked(count * Width);
        if (_length + length > _cells.Length)
            Grow(length);
        var rows = _cells.AsSpan(_length, length);
        _length += length;
        return rows;
    }

    /// <summary>Forgets the rows.</summary>
    internal void Clear() => _length = 0;

    /// <summary>The cells of a row that was added.</summary>
    internal Span<float> Row(int row) => _cells.AsSpan(row * Width, Width);

    private void Grow(int more)
    {
        var larger = ArrayPool<float>.Shared.Rent(Math.Max(_cells.Length * 2, _length + more));
        _cells.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<float>.Shared.Return(_cells);
        _cells = larger;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_cells.Length > 0)
            ArrayPool<float>.Shared.Return(_cells);
        _cells = [];
        _length = 0;
    }
}
