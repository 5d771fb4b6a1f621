using System.Runtime.InteropServices;
using Assay.Inference.Graphs.Wire;
using Google.Protobuf;

namespace Assay.Learning.Onnx;

/// <summary>Writes an ONNX model, node by node; names of values inside the graph never collide with those of its inputs.</summary>
internal sealed class GraphBuilder
{
    public const string MachineLearning = "ai.onnx.ml";
    public const int Float = 1;
    public const int Double = 11;
    public const int Int64 = 7;
    public const int Text = 8;

    private const long FreeRows = -1;

    private readonly WireGraph _graph = new() { Name = "assay" };
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>A float input of shape [rows, 1].</summary>
    public string FloatInput(string name) => Input(name, Float, FreeRows, 1);

    /// <summary>A string input of shape [rows, 1].</summary>
    public string TextInput(string name) => Input(name, Text, FreeRows, 1);

    /// <summary>An input of any type and shape, where -1 is a size that is free.</summary>
    public string Input(string name, int element, params long[] shape)
    {
        if (!_taken.Add(name))
            throw new ArgumentException($"The graph has an input '{name}' already.", nameof(name));
        _graph.Inputs.Add(Value(name, element, shape));
        return name;
    }

    /// <summary>A name that no value has yet: the wanted one, or the wanted one with underscores.</summary>
    public string Free(string wanted)
    {
        while (!_taken.Add(wanted))
            wanted += "_";
        return wanted;
    }

    /// <summary>A constant float tensor.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params long[] shape) =>
        Constant(name, Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant tensor in double precision.</summary>
    public string Doubles(string name, ReadOnlySpan<double> values, params long[] shape) =>
        Constant(name, Double, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant of any type.</summary>
    public string ConstantOf<T>(string name, int element, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged =>
        Constant(name, element, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant vector of whole numbers.</summary>
    public string Wholes(string name, params long[] values) =>
        Constant(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>Adds a node with one output and returns the name of that.</summary>
    public string Add(string operation, IEnumerable<string> inputs, string domain = "", params WireAttribute[] attributes) =>
        AddNamed(operation, inputs, Free(operation.ToLowerInvariant()), domain, attributes);

    /// <summary>Adds a node whose output has exactly this (free) name.</summary>
    public string AddNamed(
        string operation, IEnumerable<string> inputs, string output, string domain = "", params WireAttribute[] attributes)
    {
        AddMany(operation, inputs, [output], domain, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs of exactly these (free) names.</summary>
    public void AddMany(
        string operation, IEnumerable<string> inputs, IReadOnlyList<string> outputs, string domain = "", params WireAttribute[] attributes)
    {
        var node = new WireNode { Operator = operation, Domain = domain, Name = outputs[0] };
        node.Inputs.Add(inputs);
        node.Outputs.Add(outputs);
        node.Attributes.Add(attributes);
        _graph.Nodes.Add(node);
    }

    /// <summary>Declares a float output of shape [rows, 1].</summary>
    public void Output(string name) => _graph.Outputs.Add(Value(name, Float, FreeRows, 1));

    /// <summary>Declares an output of any type and shape, where -1 is a size that is free.</summary>
    public void Output(string name, int element, params long[] shape) => _graph.Outputs.Add(Value(name, element, shape));

    /// <summary>Declares an output that is a sequence of maps from class to number, as classifiers of other tools have it.</summary>
    public void OutputOfMaps(string name, int key)
    {
        var number = new WireType { Tensor = new WireTensorType { Element = Float, Shape = new WireShape() } };
        var map = new WireType { Map = new WireMapType { Key = key, Value = number } };
        _graph.Outputs.Add(new WireValue { Name = name, Type = new WireType { Sequence = new WireSequenceType { Element = map } } });
    }

    /// <summary>The model as the bytes of an .onnx file: IR version 8, operator sets 17 and ai.onnx.ml 3 unless said otherwise.</summary>
    public byte[] Build(int operatorSet = 17, int machineLearning = 3)
    {
        var model = new WireModel { IrVersion = 8, ProducerName = "assay", Graph = _graph };
        model.OperatorSets.Add(new WireOperatorSet { Version = operatorSet });
        model.OperatorSets.Add(new WireOperatorSet { Domain = MachineLearning, Version = machineLearning });
        return model.ToByteArray();
    }

    public static WireAttribute Number(string name, float value) =>
        new() { Name = name, Kind = WireAttributeKind.Number, Number = value };

    public static WireAttribute Whole(string name, long value) =>
        new() { Name = name, Kind = WireAttributeKind.Whole, Whole = value };

    public static WireAttribute Word(string name, string value) =>
        new() { Name = name, Kind = WireAttributeKind.Text, Text = ByteString.CopyFromUtf8(value) };

    public static WireAttribute Numbers(string name, IEnumerable<float> values)
    {
        var attribute = new WireAttribute { Name = name, Kind = WireAttributeKind.Numbers };
        attribute.Numbers.Add(values);
        return attribute;
    }

    public static WireAttribute WholeNumbers(string name, IEnumerable<long> values)
    {
        var attribute = new WireAttribute { Name = name, Kind = WireAttributeKind.Wholes };
        attribute.Wholes.Add(values);
        return attribute;
    }

    public static WireAttribute Words(string name, IEnumerable<string> values)
    {
        var attribute = new WireAttribute { Name = name, Kind = WireAttributeKind.Texts };
        attribute.Texts.Add(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    public static WireAttribute Doubles(string name, ReadOnlySpan<double> values) => TensorOf(name, Double, values);

    /// <summary>An attribute that is a vector of any type.</summary>
    public static WireAttribute TensorOf<T>(string name, int element, ReadOnlySpan<T> values)
        where T : unmanaged => new()
        {
            Name = name,
            Kind = WireAttributeKind.Tensor,
            Tensor = Tensor(name, element, MemoryMarshal.AsBytes(values), [values.Length]),
        };

    private string Constant(string name, int element, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(Free(name), element, bytes, shape);
        _graph.Constants.Add(tensor);
        return tensor.Name;
    }

    private static WireTensor Tensor(string name, int element, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        var tensor = new WireTensor { Name = name, Element = element, LittleEndian = ByteString.CopyFrom(bytes) };
        tensor.Shape.AddRange(shape.ToArray());
        return tensor;
    }

    private static WireValue Value(string name, int element, params long[] sizes)
    {
        var shape = new WireShape();
        foreach (var (size, at) in sizes.Select((size, at) => (size, at)))
            shape.Dimensions.Add(size == FreeRows ? new WireDimension { Free = at == 0 ? "rows" : $"size{at}" } : new WireDimension { Fixed = size });
        var type = new WireTensorType { Element = element, Shape = shape };
        return new WireValue { Name = name, Type = new WireType { Tensor = type } };
    }
}
