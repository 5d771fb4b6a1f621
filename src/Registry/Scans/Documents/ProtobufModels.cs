using Assay.Registry.Scans.Contents;

namespace Assay.Registry.Scans.Documents;

/// <summary>Tells ONNX and TensorFlow models, which have no magic number, by their fields.</summary>
internal static class ProtobufModels
{
    private const int FieldsLookedAt = 200_000;

    // Fields of an ONNX model: version, producer, domain, graph, operators, metadata, training, functions, devices.
    private static readonly int[] OnnxFields = [1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26];

    public static ContentFormat? FormatOf(Stream content, string name)
    {
        if (content.Length < 4)
            return null;
        var protobuf = new Protobuf(content, new ScanBudget(new ScanLimits(), CancellationToken.None));
        try
        {
            var fields = protobuf.Fields(0, content.Length).Where(field => field.Number > 0).Take(FieldsLookedAt).Select(field => (field.Number, field.WireType, field)).ToList();
            if (fields.Count == 0)
                return null;
            // A name decides where the order of fields, unknown ones, or very many would hide what it is.
            if (NameClaim.Graph(name) is { } claimed)
                return claimed;
            if (fields.Exists(field => field is { Number: 7, WireType: 2 }) && fields.TrueForAll(field => OnnxFields.Contains(field.Number)))
                return ContentFormat.Onnx;
            if (fields[0] is { Number: 1, WireType: 2 })
                return fields.TrueForAll(field => field.Number is 1 or 2 or 3 or 4) && IsNode(protobuf, fields[0].field) ? ContentFormat.TensorFlow : null;
            return fields.TrueForAll(field => field.Number is 1 or 2) && fields.Exists(field => field is { Number: 2, WireType: 2 }) ? ContentFormat.TensorFlow : null;
        }
        catch (InvalidDataException)   // it is neither
        {
            return null;
        }
    }

    // A node has a name and an operator.
    private static bool IsNode(Protobuf protobuf, ProtobufField node)
    {
        var fields = protobuf.Fields(node.Start, node.Length).Select(field => (field.Number, field.WireType)).ToList();
        return fields.Contains((1, 2)) && fields.Contains((2, 2)) && fields.TrueForAll(field => field.Number <= 7);
    }
}
