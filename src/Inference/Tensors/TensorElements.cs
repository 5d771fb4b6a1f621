using System.Text.Json;

namespace Assay.Inference.Tensors;

/// <summary>The elements of a tensor one by one, for whoever shows or hides them.</summary>
public sealed class TensorElements(NamedTensor tensor)
{
    private readonly CellTensor _cells = new(tensor, 1);

    /// <summary>An element's bytes: little-endian, or UTF-8 behind its length.</summary>
    public ReadOnlySpan<byte> Bytes(int at) => _cells.Bytes(at);

    /// <summary>Writes an element as JSON; what is no finite number as null.</summary>
    public void Write(Utf8JsonWriter json, int at) =>
        TensorWriter.WriteNested(json, new(tensor.Name, tensor.Type, [], _cells.Bytes(at).ToArray()));
}
