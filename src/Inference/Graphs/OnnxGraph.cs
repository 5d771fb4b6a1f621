using System.Runtime.InteropServices;
using Assay.Inference.Graphs.Wire;
using Google.Protobuf;

namespace Assay.Inference.Graphs;

/// <summary>What an explanation needs of an ONNX file: its operators in order, and its constants.</summary>
internal sealed record OnnxGraph(IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxTensor> Constants)
{
    /// <exception cref="InvalidProtocolBufferException">The bytes are no ONNX file.</exception>
    public static OnnxGraph Read(ReadOnlyMemory<byte> file)
    {
        var graph = WireModel.Parser.ParseFrom(file.Span).Graph ?? new();
        var constants = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        foreach (var constant in graph.Constants.Select(OnnxTensor.Of).OfType<OnnxTensor>())
            constants[constant.Name] = constant;
        return new([.. graph.Nodes.Select(OnnxNode.Of)], constants);
    }
}

/// <summary>An operator with its attributes.</summary>
internal sealed record OnnxNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    private static readonly OnnxAttribute None = OnnxAttribute.Of(new());

    public static OnnxNode Of(WireNode node)
    {
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        foreach (var attribute in node.Attributes)
            attributes[attribute.Name] = OnnxAttribute.Of(attribute);
        return new(node.Operator, node.Inputs, node.Outputs, attributes);
    }

    /// <summary>The attribute of this name, or an empty one.</summary>
    public OnnxAttribute Of(string name) => Attributes.GetValueOrDefault(name, None);

    /// <summary>Numbers that the standard lets be written in single precision, or in double as a tensor.</summary>
    public IReadOnlyList<double> NumbersOf(string name) =>
        Of(name) is { Numbers.Count: > 0 } single ? single.Numbers : Of(name + "_as_tensor").Tensor?.Values ?? [];
}

/// <summary>An attribute: whichever of its values is there.</summary>
internal sealed record OnnxAttribute(
    float? Number, long? Whole, string? Text, OnnxTensor? Tensor, List<double> Numbers, List<long> Wholes, List<string> Texts)
{
    public static OnnxAttribute Of(WireAttribute attribute) => new(
        attribute.HasNumber ? attribute.Number : null,
        attribute.HasWhole ? attribute.Whole : null,
        attribute.HasText ? attribute.Text.ToStringUtf8() : null,
        attribute.Tensor is { } tensor ? OnnxTensor.Of(tensor) : null,
        [.. attribute.Numbers.Select(number => (double)number)],
        [.. attribute.Wholes],
        [.. attribute.Texts.Select(text => text.ToStringUtf8())]);
}

/// <summary>A constant of numbers.</summary>
internal sealed record OnnxTensor(string Name, IReadOnlyList<long> Shape, IReadOnlyList<double> Values)
{
    /// <summary>Whether they are in double precision.</summary>
    public bool IsDouble { get; private init; }

    private const int Single = 1;
    private const int UInt8 = 2;
    private const int Int64 = 7;
    private const int Double = 11;

    /// <summary>Null for what is of no use here.</summary>
    public static OnnxTensor? Of(WireTensor tensor) => tensor.Element is Single or UInt8 or Int64 or Double
        ? new(
            tensor.Name,
            tensor.Shape,
            [.. tensor.Singles.Select(value => (double)value), .. tensor.Smalls.Select(value => (double)value), .. tensor.Doubles, .. tensor.Wholes.Select(value => (double)value), .. Raw(tensor)])
        {
            IsDouble = tensor.Element == Double,
        }
        : null;

    private static double[] Raw(WireTensor tensor)
    {
        var bytes = tensor.LittleEndian.Span;
        return tensor.Element switch
        {
            Single => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            UInt8 => [.. bytes.ToArray().Select(value => (double)value)],
            Int64 => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(value => (double)value)],
            _ => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        };
    }
}
