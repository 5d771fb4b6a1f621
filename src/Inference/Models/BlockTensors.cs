using Assay.Inference.Requests;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Inference.Models;

/// <summary>The input and output tensors of one call, used again by the next call of the same number of rows.</summary>
internal sealed class BlockTensors(byte[][]?[] categories) : IDisposable
{
    private readonly OrtValue[] _inputs = new OrtValue[categories.Length];
    private readonly OrtValue[] _outputs = new OrtValue[1];
    private float[] _columns = [];   // column by column: numbers, or indexes of categories
    private int _rows;

    public IReadOnlyCollection<OrtValue> Inputs => _inputs;

    public IReadOnlyCollection<OrtValue> Outputs => _outputs;

    public ReadOnlySpan<float> Prediction => _outputs[0].GetTensorDataAsSpan<float>();

    public void Fill(PredictionRows rows, int start, int count)
    {
        if (count != _rows)
            Make(count);

        var cells = rows.Cells.Slice(start * rows.Width, count * rows.Width);
        for (var column = 0; column < _inputs.Length; column++)
        {
            if (categories[column] is { } texts)
                FillCategory(_inputs[column], texts, cells, column);
            else
                FillNumber(_inputs[column], cells, column);
        }
    }

    private Span<float> Column(int column) => _columns.AsSpan(column * _rows, _rows);

    private void FillNumber(OrtValue tensor, ReadOnlySpan<float> cells, int column)
    {
        var values = Column(column);
        for (var row = 0; row < values.Length; row++)
            values[row] = cells[row * _inputs.Length + column];
        values.CopyTo(tensor.GetTensorMutableDataAsSpan<float>());
    }

    // Writing a text into a tensor is a native call with an allocation: texts that stand there already are left alone.
    private void FillCategory(OrtValue tensor, byte[][] texts, ReadOnlySpan<float> cells, int column)
    {
        var written = Column(column);
        for (var row = 0; row < written.Length; row++)
        {
            var category = cells[row * _inputs.Length + column];
            if (category == written[row])
                continue;
            ReadOnlySpan<byte> text = category == PredictionRows.MissingCategory ? [] : texts[(int)category];
            tensor.StringTensorSetElementAt(text, row);
            written[row] = category;
        }
    }

    private void Make(int rows)
    {
        Dispose();
        _rows = rows;
        _columns = new float[rows * _inputs.Length];
        Array.Fill(_columns, PredictionRows.MissingCategory);   // a new text tensor holds empty texts
        long[] shape = [rows, 1];
        for (var column = 0; column < _inputs.Length; column++)
        {
            _inputs[column] = categories[column] is null
                ? OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape)
                : OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
        }

        _outputs[0] = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);
    }

    public void Count(ModelCounts counts)
    {
        for (var column = 0; column < _inputs.Length; column++)
            counts.Add(column, Column(column));
        counts.AddScores(Prediction);
    }

    public void Dispose()
    {
        if (_rows == 0)
            return;
        foreach (var tensor in _inputs)
            tensor.Dispose();
        _outputs[0].Dispose();
        _rows = 0;
    }
}
