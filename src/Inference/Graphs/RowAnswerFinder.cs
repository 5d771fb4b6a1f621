using System.Globalization;
using System.Text.Json;
using Assay.Inference.Graphs.Wire;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Google.Protobuf;

namespace Assay.Inference.Graphs;

/// <summary>
/// Finds in an ONNX file which output is the class or the number of a row, and what the classes are called: by
/// <c>classes.json</c> beside it, or by the names that classifiers of the standard write into their operators.
/// </summary>
internal static class RowAnswerFinder
{
    internal const int GraphBytesMax = 64 << 20;
    private const int NameLengthMax = 200;
    private const int Float = 1, Int32 = 6, Int64 = 7, Text = 8, Half = 10, Double = 11;
    private static readonly string[] NameAttributes = ["classlabels_strings", "classlabels_int64s", "classlabels_ints"];

    public static RowAnswer? Find(ModelPackage package)
    {
        if (package.Has(GraphFile.File) || package.Has(ServeFile.File) || package.Has(PackageFiles.Schema) || package.Has(PackageFiles.Baseline))
            return null;
        var file = MLmodel.Of(package)?.OnnxFile ?? PackageFiles.Model;
        return package.Has(file) ? Find(package, package.Read(file)).Answer : null;
    }

    /// <summary>The same where the graph is read already, and what can be counted of it: where there is no answer, which of the numbers of a row is the largest, by its place.</summary>
    public static (RowAnswer? Answer, RowAnswer? Counted) Find(ModelPackage package, byte[] file)
    {
        if (file.Length > GraphBytesMax)
            return default;
        try
        {
            var graph = WireModel.Parser.ParseFrom(file).Graph ?? new();
            var answer = Of(graph, package);
            return (answer, answer ?? Places(graph));
        }
        catch (InvalidProtocolBufferException)   // it can't be compared with labels, whatever it is
        {
            return default;
        }
    }

    private static RowAnswer? Places(WireGraph graph) => graph.Outputs is [{ Name: var name, Type.Tensor: { Element: Float or Half or Double, Shape.Dimensions: [_, { Fixed: > 1 and <= RowAnswer.ClassesMax and var width }] } }]
        ? new(ModelTask.Multiclass, [.. Enumerable.Range(0, (int)width).Select(place => place.ToString(CultureInfo.InvariantCulture))], null, name)
        : null;

    private static RowAnswer? Of(WireGraph graph, ModelPackage package)
    {
        try
        {
            return Of(graph, Named(package) ?? NamesIn(graph));
        }
        catch (JsonException)   // nobody knows what its classes are called
        {
            return null;
        }
    }

    private static RowAnswer? Of(WireGraph graph, List<string> names)
    {
        if (names.Count == 0)
            return graph.Outputs is [var only] && IsNumber(only) ? new(ModelTask.Regression, [], null, only.Name) : null;
        if (names.Count is < 2 or > RowAnswer.ClassesMax || names.Any(name => name is not { Length: > 0 and <= NameLengthMax })
            || names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            return null;
        var classes = graph.Outputs.FirstOrDefault(IsClass)?.Name;
        var probabilities = graph.Outputs.FirstOrDefault(output => IsTable(output, names.Count))?.Name;
        if (classes is null && probabilities is null)
            return null;
        return names.Count == 2 && probabilities is not null
            ? new(ModelTask.Classification, names, null, probabilities)
            : new(ModelTask.Multiclass, names, classes, probabilities);
    }

    private static List<string>? Named(ModelPackage package) =>
        package.Has(PackageFiles.Classes) ? JsonSerializer.Deserialize(package.Read(PackageFiles.Classes), PackageJson.Of<List<string>>()) : null;

    private static List<string> NamesIn(WireGraph graph)
    {
        foreach (var node in graph.Nodes.Reverse())
        {
            foreach (var attribute in node.Attributes.Where(attribute => NameAttributes.Contains(attribute.Name)))
            {
                if (attribute.Texts.Count > 0)
                    return [.. attribute.Texts.Select(text => text.ToStringUtf8())];
                if (attribute.Wholes.Count > 0)
                    return [.. attribute.Wholes.Select(whole => whole.ToString(CultureInfo.InvariantCulture))];
            }
        }

        return [];
    }

    private static bool IsNumber(WireValue output) =>
        output.Type?.Tensor is { Element: Float or Half or Double, Shape: { } shape } && IsOneForEach(shape);

    private static bool IsClass(WireValue output) =>
        output.Type?.Tensor is { Element: Int32 or Int64 or Text } tensor && (tensor.Shape is null || IsOneForEach(tensor.Shape));

    // Classifiers of scikit-learn give a sequence of maps, which is answered as a table.
    private static bool IsTable(WireValue output, int classes) => output.Type switch
    {
        { Tensor: { Element: Float or Half or Double, Shape.Dimensions: [_, var width] } } =>
            width.ExtentCase != WireDimension.ExtentOneofCase.Fixed || width.Fixed == classes,
        { Sequence.Element.Map: not null } => true,
        _ => false,
    };

    private static bool IsOneForEach(WireShape shape) => shape.Dimensions is [_] or [_, { ExtentCase: WireDimension.ExtentOneofCase.Fixed, Fixed: 1 }];
}
