namespace Assay.Registry.Scans.Documents;

/// <summary>Scans a SavedModel or a frozen graph for operators that reach out of the graph.</summary>
internal static class TensorFlowScan
{
    private static readonly HashSet<string> Refused =
    [
        "ReadFile", "WriteFile", "MatchingFiles", "PyFunc", "PyFuncStateless", "EagerPyFunc", "ImmutableConst", "WholeFileReader", "WholeFileReaderV2",
        "TextLineReader", "TextLineReaderV2", "FixedLengthRecordReader", "FixedLengthRecordReaderV2", "TextLineDataset", "FixedLengthRecordDataset", "FixedLengthRecordDatasetV2",
        "SqlDataset", "ExperimentalSqlDataset", "DumpGraph", "CreateSummaryFileWriter", "WriteSummary", "WriteGraphSummary",
    ];

    // Nothing that must be there tells a SavedModel from a frozen graph, so it is read as both.
    public static void Run(Stream content, string name, ScanScope scope)
    {
        var model = new Protobuf(content, scope.Budget);
        var root = new ProtobufField(0, 2, 0, 0, content.Length);
        try
        {
            CheckAll(model, [root], scope);
        }
        catch (InvalidDataException problem)
        {
            scope.Find(ScanRule.Damaged, $"the graph can't be read to its end: {problem.Message.TrimEnd('.')}");
        }

        try
        {
            // SavedModel.meta_graphs, MetaGraphDef.graph_def
            CheckAll(model, model.Messages(root, 2).SelectMany(metaGraph => model.Messages(metaGraph, 2)), scope);
        }
        catch (InvalidDataException) when (!IsSavedModel(name))
        {
            // Gradients of a frozen graph, which stand where a SavedModel has its graphs, are none.
        }
        catch (InvalidDataException problem)
        {
            scope.Find(ScanRule.Damaged, $"the SavedModel can't be read to its end: {problem.Message.TrimEnd('.')}");
        }
    }

    // TensorFlow loads a SavedModel under this name alone.
    private static bool IsSavedModel(string name) => name[(name.LastIndexOf('/') + 1)..].Equals("saved_model.pb", StringComparison.OrdinalIgnoreCase);

    private static void CheckAll(Protobuf model, IEnumerable<ProtobufField> graphs, ScanScope scope)
    {
        foreach (var node in graphs.SelectMany(graph => Nodes(model, graph)))
            Check(model, node, scope);
    }

    // GraphDef.node, and GraphDef.library.function.node_def
    private static IEnumerable<ProtobufField> Nodes(Protobuf model, ProtobufField graph) => model.Messages(graph, 1)
        .Concat(model.Messages(graph, 2).SelectMany(library => model.Messages(library, 1)).SelectMany(function => model.Messages(function, 3)));

    private static void Check(Protobuf model, ProtobufField node, ScanScope scope)
    {
        var name = model.Text(node, 2);
        if (Refused.Contains(name))
            scope.Find(ScanRule.TensorFlowOperator, $"the graph has the operator {name}");
        else if (name is "PrintV2" && Attributes(model, node).Any(value => value.StartsWith("file://", StringComparison.Ordinal)))
            scope.Find(ScanRule.TensorFlowOperator, "the graph prints into a file");
    }

    // NodeDef.attr is a map of AttrValue, whose field 2 is a text.
    private static IEnumerable<string> Attributes(Protobuf model, ProtobufField node) =>
        model.Messages(node, 5).SelectMany(entry => model.Messages(entry, 2)).Select(value => model.Text(value, 2));
}
