namespace Assay.Inference.Models;

/// <summary>
/// Rows that wait to be counted together. One at a time each value costs an atomic operation on memory that all processors
/// write to; together a column of them costs a few.
/// </summary>
internal sealed class WaitingRows
{
    private const int CellsMax = 4096;
    private const int RowsMax = 64;
    private const int WorthWaiting = 8;

    private readonly Lock _lock = new();
    private readonly int _width;
    private readonly int _capacity;
    private float[]? _cells;
    private float[]? _predictions;
    private int _count;

    /// <param name="width">Cells of a row.</param>
    public WaitingRows(int width)
    {
        _width = width;
        _capacity = Math.Min(RowsMax, CellsMax / Math.Max(1, width));
    }

    /// <summary>What counts a block of rows and their predictions.</summary>
    public delegate void Counter(ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions);

    /// <summary>Takes rows to count them later; false for a block that is large enough by itself.</summary>
    public bool Take(ReadOnlySpan<float> cells, ReadOnlySpan<float> predictions, Counter count)
    {
        if (predictions.Length > _capacity / 2 || _capacity < WorthWaiting)
            return false;
        lock (_lock)
        {
            if (_count + predictions.Length > _capacity)
                CountThem(count);
            _cells ??= new float[_capacity * _width];
            _predictions ??= new float[_capacity];
            cells.CopyTo(_cells.AsSpan(_count * _width));
            predictions.CopyTo(_predictions.AsSpan(_count));
            _count += predictions.Length;
        }

        return true;
    }

    /// <summary>Counts what waits.</summary>
    public void Flush(Counter count)
    {
        lock (_lock)
            CountThem(count);
    }

    private void CountThem(Counter count)
    {
        if (_count > 0)
            count(_cells.AsSpan(0, _count * _width), _predictions.AsSpan(0, _count));
        _count = 0;
    }
}
