using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Onnx;

/// <summary>The tensors of one call in the runtime's memory.</summary>
internal sealed class OnnxInputs : IDisposable
{
    private readonly List<OrtValue> _values = [];
    private readonly List<string> _names = [];

    public IReadOnlyCollection<OrtValue> Values => _values;

    public IReadOnlyCollection<string> Names => _names;

    public void Add(NamedTensor tensor)
    {
        _values.Add(tensor.Type == TensorType.Bytes ? Texts(tensor) : Numbers(tensor));
        _names.Add(tensor.Name);
    }

    private static OrtValue Numbers(NamedTensor tensor)
    {
        // Anything but 0 and 1 in a truth value is undefined behaviour in the operators.
        if (tensor.Type == TensorType.Bool && tensor.Bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new InvalidInputException($"Input '{tensor.Name}' has a BOOL that is neither 0 nor 1.", column: tensor.Name);
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, OnnxTypes.Of(tensor.Type), [.. tensor.Shape]);
        if (tensor.Count > 0)
            tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static OrtValue Texts(NamedTensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [.. tensor.Shape]);
        var at = 0;
        foreach (var text in tensor.Texts())
            value.StringTensorSetElementAt(text.Span, at++);
        return value;
    }

    public void Dispose()
    {
        foreach (var value in _values)
            value.Dispose();
        _values.Clear();
    }
}
