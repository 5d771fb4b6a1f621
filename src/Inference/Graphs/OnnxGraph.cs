namespace Assay.Inference.Graphs;

/// <summary>What an explanation needs of an ONNX file: its operators in order, and its constants.</summary>
internal sealed record OnnxGraph(IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, OnnxTensor> Constants)
{
    // ModelProto.graph is field 7; GraphProto has its nodes in field 1 and its constants in field 5.
    /// <exception cref="InvalidDataException">The bytes are no ONNX file.</exception>
    public static OnnxGraph Read(ReadOnlyMemory<byte> file)
    {
        var (nodes, constants) = (new List<OnnxNode>(), new Dictionary<string, OnnxTensor>(StringComparer.Ordinal));
        foreach (var graph in WireMessage.Fields(file).Where(field => field is { Number: 7, IsBytes: true }))
        {
            foreach (var field in WireMessage.Fields(graph.Bytes).Where(field => field.IsBytes))
            {
                if (field.Number == 1)
                    nodes.Add(OnnxNode.Read(field.Bytes));
                else if (field.Number == 5 && OnnxTensor.Read(field.Bytes) is { } constant)
                    constants[constant.Name] = constant;
            }
        }

        return new(nodes, constants);
    }
}

/// <summary>An operator with its attributes.</summary>
internal sealed record OnnxNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    private static readonly OnnxAttribute None = new();

    // NodeProto: inputs 1, outputs 2, operator 4, attributes 5.
    public static OnnxNode Read(ReadOnlyMemory<byte> message)
    {
        var (inputs, outputs, name) = (new List<string>(), new List<string>(), "");
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        foreach (var field in WireMessage.Fields(message).Where(field => field.IsBytes))
        {
            switch (field.Number)
            {
                case 1:
                    inputs.Add(field.Text);
                    break;
                case 2:
                    outputs.Add(field.Text);
                    break;
                case 4:
                    name = field.Text;
                    break;
                case 5:
                    var attribute = OnnxAttribute.Read(field.Bytes);
                    attributes[attribute.Name] = attribute;
                    break;
                default:
                    break;
            }
        }

        return new(name, inputs, outputs, attributes);
    }

    /// <summary>The attribute of this name, or an empty one.</summary>
    public OnnxAttribute Of(string name) => Attributes.GetValueOrDefault(name, None);

    /// <summary>Numbers that the standard lets be written in single precision, or in double as a tensor.</summary>
    public IReadOnlyList<double> NumbersOf(string name) =>
        Of(name) is { Numbers.Count: > 0 } single ? single.Numbers : Of(name + "_as_tensor").Tensor?.Values ?? [];
}

/// <summary>An attribute: whichever of its values is there.</summary>
internal sealed class OnnxAttribute
{
    public string Name { get; private set; } = "";

    public float? Number { get; private set; }

    public long? Whole { get; private set; }

    public string? Text { get; private set; }

    public OnnxTensor? Tensor { get; private set; }

    public List<double> Numbers { get; } = [];

    public List<long> Wholes { get; } = [];

    public List<string> Texts { get; } = [];

    // AttributeProto: name 1, f 2, i 3, s 4, t 5, floats 7, ints 8, strings 9.
    public static OnnxAttribute Read(ReadOnlyMemory<byte> message)
    {
        var attribute = new OnnxAttribute();
        foreach (var field in WireMessage.Fields(message))
            attribute.Take(field);
        return attribute;
    }

    private void Take(WireField field)
    {
        switch (field.Number, field.IsBytes)
        {
            case (1, true):
                Name = field.Text;
                break;
            case (2, false):
                Number = field.Single;
                break;
            case (3, false):
                Whole = (long)field.Bits;
                break;
            case (4, true):
                Text = field.Text;
                break;
            case (5, true):
                Tensor = OnnxTensor.Read(field.Bytes);
                break;
            case (7, _):
                WireMessage.AddSingles(field, Numbers);
                break;
            case (8, _):
                WireMessage.AddWholes(field, Wholes);
                break;
            case (9, true):
                Texts.Add(field.Text);
                break;
            default:
                break;
        }
    }
}

/// <summary>A constant of numbers.</summary>
internal sealed record OnnxTensor(string Name, IReadOnlyList<long> Shape, IReadOnlyList<double> Values)
{
    private const int Single = 1;
    private const int Int64 = 7;
    private const int Double = 11;

    // TensorProto: dims 1, data_type 2, float_data 4, int64_data 7, name 8, raw_data 9, double_data 10. Null for what is of no use here.
    public static OnnxTensor? Read(ReadOnlyMemory<byte> message)
    {
        var (name, element, shape, wholes, values, raw) = ("", 0, new List<long>(), new List<long>(), new List<double>(), ReadOnlyMemory<byte>.Empty);
        foreach (var field in WireMessage.Fields(message))
        {
            switch (field.Number)
            {
                case 1:
                    WireMessage.AddWholes(field, shape);
                    break;
                case 2:
                    element = (int)field.Bits;
                    break;
                case 4:
                    WireMessage.AddSingles(field, values);
                    break;
                case 7:
                    WireMessage.AddWholes(field, wholes);
                    break;
                case 8:
                    name = field.Text;
                    break;
                case 9:
                    raw = field.Bytes;
                    break;
                case 10:
                    WireMessage.AddDoubles(field, values);
                    break;
                default:
                    break;
            }
        }

        if (element is not (Single or Int64 or Double))
            return null;
        values.AddRange(wholes.Select(whole => (double)whole));
        AddRaw(raw, element, values);
        return new(name, shape, values);
    }

    private static void AddRaw(ReadOnlyMemory<byte> raw, int element, List<double> values)
    {
        var size = element == Single ? 4 : 8;
        for (var i = 0; i + size <= raw.Length; i += size)
        {
            var bytes = raw.Span.Slice(i, size);
            values.Add(element switch
            {
                Single => BitConverter.ToSingle(bytes),
                Int64 => BitConverter.ToInt64(bytes),
                _ => BitConverter.ToDouble(bytes),
            });
        }
    }
}
