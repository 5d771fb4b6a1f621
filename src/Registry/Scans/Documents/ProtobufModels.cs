using Assay.Registry.Scans.Contents;

namespace Assay.Registry.Scans.Documents;

/// <summary>Tells ONNX and TensorFlow models, which have no magic number, by their fields.</summary>
internal static class ProtobufModels
{
    private const int FieldsLookedAt = 200_000;

    public static ContentFormat? FormatOf(Stream content, ReadOnlySpan<byte> head)
    {
        // ONNX and SavedModel begin with a version; a graph of TensorFlow with its first node.
        if (head.Length < 4 || head[0] is not (0x08 or 0x0a))
            return null;
        var protobuf = new Protobuf(content, new ScanBudget(new ScanLimits(), CancellationToken.None));
        try
        {
            var fields = protobuf.Fields(0, content.Length).Take(FieldsLookedAt).Select(field => (field.Number, field.WireType, field)).ToList();
            if (head[0] == 0x0a)
                return fields.TrueForAll(field => field.Number is 1 or 2 or 3 or 4) && IsNode(protobuf, fields[0].field) ? ContentFormat.TensorFlow : null;
            if (fields.Exists(field => field is { Number: 7, WireType: 2 }))
                return ContentFormat.Onnx;
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
