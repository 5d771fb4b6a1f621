using System.Buffers.Binary;
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

    public TableTensors(ModelSchema schema)
    {
        (_columns, _output) = (new InputColumns(schema), schema.Output);
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
        var cells = new float[count * columns.Length];
        for (var column = 0; column < columns.Length; column++)
            Fill(cells, columns[column], column);

        var rows = new PredictionRows(columns.Length);
        for (var row = 0; row < count; row++)
            cells.AsSpan(row * columns.Length, columns.Length).CopyTo(rows.AddRow());
        return rows;
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

    private void Fill(float[] cells, NamedTensor tensor, int column)
    {
        var (input, row) = (_columns.Inputs[column], 0);
        if (input.Type == InputType.Category)
        {
            if (tensor.Type != TensorType.Bytes)
                throw TensorErrors.WrongType(tensor, TensorType.Bytes);
            foreach (var text in tensor.Texts())
                Put(Category(text.Span, input, column, row + 1));
            return;
        }

        for (; row < tensor.Count;)
            Put(Number(tensor, input, row));

        void Put(float value) => cells[row++ * _columns.Inputs.Length + column] = value;
    }

    private float Category(ReadOnlySpan<byte> text, ModelInput input, int column, int row)
    {
        var category = _columns.FindCategory(column, text);
        if (category >= 0)
            return category;
        return text.IsEmpty && input.Nullable ? PredictionRows.MissingCategory : throw InputErrors.UnknownCategory(input, text, row);
    }

    private static float Number(NamedTensor tensor, ModelInput input, int row)
    {
        var value = (float)NumberOf(tensor, row);
        if (float.IsNaN(value) && !input.Nullable)
            throw InputErrors.Null(input, row + 1);
        return !float.IsInfinity(value) ? value : throw InputErrors.TooLarge(input, "Infinity"u8, row + 1);
    }

    private static double NumberOf(NamedTensor tensor, int row)
    {
        var bytes = tensor.Bytes.Span[(row * TensorTypes.SizeOf(tensor.Type))..];
        return tensor.Type switch
        {
            TensorType.Fp32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            TensorType.Fp64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            TensorType.Fp16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            TensorType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            TensorType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            TensorType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            TensorType.Int8 => (sbyte)bytes[0],
            TensorType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            TensorType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            TensorType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            TensorType.UInt8 => bytes[0],
            TensorType.Bool => bytes[0] == 0 ? 0 : 1,
            _ => throw TensorErrors.WrongType(tensor, TensorType.Fp32),
        };
    }
}
