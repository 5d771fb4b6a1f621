using System.Buffers.Binary;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Makes a model's inputs of the columns of a table: an input each, or side by side where the model has one input.</summary>
internal static class TableColumns
{
    public static IReadOnlyList<NamedTensor> Join(IReadOnlyList<TensorBuilder> columns, ServedModel model)
    {
        if (columns[0].Rows == 0)
            throw InputErrors.NoRows();
        var inputs = model.Signature.Inputs;
        if (inputs.Count > 1 || (columns.Count == 1 && columns[0].Name == inputs[0].Name))
            return [.. columns.Select(column => column.Finish(inputs.First(input => input.Name == column.Name).Shape))];

        var ordered = model.Columns is { } names ? InOrder(columns, names) : columns;
        var tensors = ordered.Select(column => column.Finish(null)).ToList();
        if (tensors.Find(tensor => tensor.Shape.Count != 1) is { } nested)
            throw new InvalidInputException($"Column '{nested.Name}' has arrays in its cells. Send one plain value per cell.", column: nested.Name);
        return [SideBySide(inputs[0].Name, tensors)];
    }

    private static List<TensorBuilder> InOrder(IReadOnlyList<TensorBuilder> columns, IReadOnlyList<string> names)
    {
        if (columns.FirstOrDefault(column => !names.Contains(column.Name)) is { } unknown)
            throw new InvalidInputException($"The model has no column '{unknown.Name}'. Leave it out.", column: unknown.Name);
        return [.. names.Select(name => columns.FirstOrDefault(column => column.Name == name)
            ?? throw new InvalidInputException($"Column '{name}' is missing. The model needs it.", column: name))];
    }

    private static NamedTensor SideBySide(string name, List<NamedTensor> columns)
    {
        var (rows, type) = (columns[0].Count, columns[0].Type);
        using var bytes = new MemoryStream();
        if (type == TensorType.Bytes)
        {
            var texts = columns.ConvertAll(column => column.Texts().ToList());
            Span<byte> length = stackalloc byte[sizeof(uint)];
            for (var row = 0; row < rows; row++)
            {
                foreach (var column in texts)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)column[row].Length);
                    bytes.Write(length);
                    bytes.Write(column[row].Span);
                }
            }
        }
        else
        {
            var size = TensorTypes.SizeOf(type);
            for (var row = 0; row < rows; row++)
            {
                foreach (var column in columns)
                    bytes.Write(column.Bytes.Span.Slice(row * size, size));
            }
        }

        return new(name, type, [rows, columns.Count], bytes.ToArray());
    }
}
