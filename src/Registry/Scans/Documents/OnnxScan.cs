using Assay.Registry.Scans.Archives;

namespace Assay.Registry.Scans.Documents;

/// <summary>Scans an ONNX model: tensors that are kept in other files, and operators that are not part of it.</summary>
internal static class OnnxScan
{
    private const int GraphDepthMax = 32;

    // Operators that come with the standard, or with ONNX Runtime itself.
    private static readonly HashSet<string> KnownDomains =
    [
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training",
        "com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental", "com.microsoft.dml", "com.ms.internal.nhwc", "pkg.onnxscript.torch_lib", "pkg.onnxscript.torch_lib.common",
    ];

    public static void Run(Stream content, ScanScope scope)
    {
        var model = new Protobuf(content, scope.Budget);
        var root = new ProtobufField(0, 2, 0, 0, content.Length);
        try
        {
            CheckDomains(model, root, scope);
            foreach (var graph in model.Messages(root, 7))
                CheckGraph(model, graph, scope, 0);
            foreach (var node in model.Messages(root, 25).SelectMany(function => model.Messages(function, 7)))
                CheckNode(model, node, scope, 0);
        }
        catch (InvalidDataException problem)
        {
            scope.Find(ScanRule.Damaged, $"the graph can't be read to its end: {problem.Message.TrimEnd('.')}");
        }
    }

    // ModelProto.opset_import.domain; a domain whose functions the model brings along is its own.
    private static void CheckDomains(Protobuf model, ProtobufField root, ScanScope scope)
    {
        var own = model.Messages(root, 25).Select(function => model.Text(function, 10)).ToHashSet();
        foreach (var domain in model.Messages(root, 8).Select(import => model.Text(import, 1)).Where(domain => !KnownDomains.Contains(domain) && !own.Contains(domain)))
            scope.Find(ScanRule.OnnxOperators, $"the model uses operators of '{domain}'");
    }

    private static void CheckGraph(Protobuf model, ProtobufField graph, ScanScope scope, int depth)
    {
        if (depth > GraphDepthMax)
            throw new ScanLimitException($"graphs stand more than {GraphDepthMax} deep within each other");
        foreach (var field in model.Fields(graph.Start, graph.Length).Where(field => field.IsMessage))
        {
            if (field.Number == 1)
                CheckNode(model, field, scope, depth);
            else if (field.Number == 5)
                CheckTensor(model, field, scope);
            else if (field.Number == 15)
                CheckSparse(model, field, scope);
        }
    }

    // NodeProto.attribute: a tensor, a graph, several tensors, several graphs, sparse tensors.
    private static void CheckNode(Protobuf model, ProtobufField node, ScanScope scope, int depth)
    {
        foreach (var attribute in model.Messages(node, 5))
        {
            foreach (var value in model.Fields(attribute.Start, attribute.Length).Where(value => value.IsMessage))
            {
                if (value.Number is 5 or 10)
                    CheckTensor(model, value, scope);
                else if (value.Number is 6 or 11)
                    CheckGraph(model, value, scope, depth + 1);
                else if (value.Number is 22 or 23)
                    CheckSparse(model, value, scope);
            }
        }
    }

    private static void CheckSparse(Protobuf model, ProtobufField sparse, ScanScope scope)
    {
        foreach (var tensor in model.Fields(sparse.Start, sparse.Length).Where(field => field.IsMessage && field.Number is 1 or 2))
            CheckTensor(model, tensor, scope);
    }

    // TensorProto.external_data: pairs of key and value.
    private static void CheckTensor(Protobuf model, ProtobufField tensor, ScanScope scope)
    {
        foreach (var pair in model.Messages(tensor, 13).Where(pair => model.Text(pair, 1) == "location"))
        {
            if (MemberPath.Problem(model.Text(pair, 2)) is { } problem)
                scope.Find(ScanRule.OnnxExternalData, $"a tensor is kept elsewhere: {problem.Replace("the member", "the file", StringComparison.Ordinal)}");
        }
    }
}
