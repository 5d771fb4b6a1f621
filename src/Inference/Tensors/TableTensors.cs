using System.Runtime.InteropServices;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>A table model seen as tensors: an input per column of shape [rows, 1] (or [rows]), and one output.</summary>
internal sealed class TableTensors
{
    private static readonly long[] Column = [-1, 1];
    private readonly InputColumns _columns;
    private readonly string _output;

    public TableTensors(ModelSchema schema, InputColumns columns)
    {
        (_columns, _output) = (columns, schema.Output);
        Signature = new(
            [.. schema.Inputs.Select(input => new TensorSpec(input.Name, TensorTypes.NameOf(input.Type == InputType.Category ? TensorType.Bytes : TensorType.Fp32), Column))],
            [new(schema.Output, TensorTypes.NameOf(TensorType.Fp32), Column)]);
    }

    public ModelSignature Signature { get; }

    public void CheckOutputs(IReadOnlyCollection<string>? outputs)
    {
        if (outputs?.FirstOrDefault(output => output != _output) is { } unknown)
            throw TensorErrors.UnknownOutput(unknown, Signature);
    }

    /// <exception cref="InvalidInputException">They aren't what the schema asks for.</exception>
    public PredictionRows Read(IReadOnlyList<NamedTensor> inputs)
    {
        var columns = Ordered(inputs);
        var count = columns[0].Count;
        foreach (var tensor in columns)
            CheckShape(tensor, count);
        var rows = new PredictionRows(columns.Length);
        var cells = rows.AddRows(count);
        for (var column = 0; column < columns.Length; column++)
            Fill(cells, columns[column], column);
        return rows;
    }

    /// <summary>The same rows as tensors of [rows, 1].</summary>
    public IReadOnlyList<NamedTensor> Write(ReadOnlySpan<float> cells)
    {
        var (inputs, rows) = (_columns.Inputs, cells.Length / _columns.Inputs.Length);
        var tensors = new NamedTensor[inputs.Length];
        var (numbers, texts) = (new float[rows], new string[rows]);
        for (var column = 0; column < inputs.Length; column++)
        {
            var input = inputs[column];
            for (var row = 0; row < rows; row++)
            {
                numbers[row] = cells[(row * inputs.Length) + column];
                if (input.Type == InputType.Category)
                    texts[row] = numbers[row] == PredictionRows.MissingCategory ? "" : input.Categories![(int)numbers[row]];
            }

            tensors[column] = input.Type == InputType.Category
                ? NamedTensor.Of(input.Name, [rows, 1], texts)
                : NamedTensor.Of(input.Name, TensorType.Fp32, [rows, 1], numbers);
        }

        return tensors;
    }

    public NamedTensor Answer(float[] predictions) =>
        new(_output, TensorType.Fp32, [predictions.Length, 1], MemoryMarshal.AsBytes(predictions.AsSpan()).ToArray());

    private NamedTensor[] Ordered(IReadOnlyList<NamedTensor> inputs)
    {
        TensorErrors.CheckNames(inputs, Signature);
        return [.. Signature.Inputs.Select(input => inputs.First(tensor => tensor.Name == input.Name))];
    }

    private static void CheckShape(NamedTensor tensor, int rows)
    {
        if (tensor.Shape.Count is 0 or > 2 || (tensor.Shape.Count == 2 && tensor.Shape[1] != 1))
            throw TensorErrors.WrongShape(tensor, Column);
        if (tensor.Count == 0)
            throw InputErrors.NoRows();
        if (tensor.Count > InputLimits.RowsMax)
            throw InputErrors.TooManyRows();
        if (tensor.Count != rows)
            throw new InvalidInputException($"Input '{tensor.Name}' has {tensor.Count} rows, and the first input has {rows}. Send the same rows in each.", column: tensor.Name);
    }

    private void Fill(Span<float> cells, NamedTensor tensor, int column)
    {
        var wanted = _columns.Inputs[column].Type == InputType.Category ? TensorType.Bytes : TensorType.Fp32;
        if ((tensor.Type == TensorType.Bytes) != (wanted == TensorType.Bytes))
            throw TensorErrors.WrongType(tensor, wanted);
        if (wanted == TensorType.Bytes)
            ColumnCells.ReadTexts(tensor.Bytes.Span, cells, _columns, column, tensor.Count);
        else
            ColumnCells.ReadNumbers(tensor.Bytes.Span, tensor.Type, cells, _columns.Inputs, column, step: 1);
    }
}
