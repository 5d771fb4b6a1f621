using System.Text;
using System.Text.Json;
using Assay.Inference.Tensors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Assay.Inference.Models;

/// <summary>What MLflow's description of a model says of how to serve it.</summary>
/// <param name="Flavours">Such as <c>python_function</c> and <c>onnx</c>.</param>
/// <param name="OnnxFile">Path of the graph in the package; null when it has none.</param>
/// <param name="Columns">Names of the table's columns; null when the signature names none.</param>
/// <param name="Signature">Inputs and outputs; null when the model was logged without, or with types that are no tensors.</param>
internal sealed record MLmodel(IReadOnlyList<string> Flavours, string? OnnxFile, IReadOnlyList<string>? Columns, ModelSignature? Signature)
{
    private const string PythonFlavour = "python_function";
    private const int BytesMax = 1 << 20;

    /// <summary>Whether it is one that MLflow serves by Python.</summary>
    public bool StartsPython => Flavours.Contains(PythonFlavour);

    /// <summary>Null when the package has no description.</summary>
    /// <exception cref="InvalidModelException">It can't be read.</exception>
    public static MLmodel? Of(ModelPackage package)
    {
        if (!package.Has(PackageFiles.MLmodel))
            return null;
        var bytes = package.Read(PackageFiles.MLmodel);
        if (bytes.Length > BytesMax)
            throw new InvalidModelException($"{PackageFiles.MLmodel} is larger than 1 MiB.");
        try
        {
            var yaml = YamlText.Read(Encoding.UTF8.GetString(bytes));
            return Of(yaml.Documents.Count > 0 ? yaml.Documents[0].RootNode as YamlMappingNode ?? [] : []);
        }
        catch (YamlException problem)
        {
            throw new InvalidModelException($"{PackageFiles.MLmodel} can't be read: {problem.Message}", problem);
        }
        catch (JsonException problem)
        {
            throw new InvalidModelException($"The signature in {PackageFiles.MLmodel} can't be read: {problem.Message}", problem);
        }
    }

    private static MLmodel Of(YamlMappingNode root)
    {
        var flavours = Child(root, "flavors") as YamlMappingNode ?? [];
        var onnx = Child(flavours, "onnx") as YamlMappingNode;
        var signature = Child(root, "signature") as YamlMappingNode;
        var inputs = Specs(signature, "inputs");
        return new(
            [.. flavours.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "")],
            onnx is null ? null : Text(onnx, "data") ?? PackageFiles.Model,
            inputs is { Count: > 0 } && inputs.All(spec => spec.IsColumn) ? [.. inputs.Select(spec => spec.Spec.Name)] : null,
            inputs is null ? null : new([.. inputs.Select(spec => spec.Spec)], [.. (Specs(signature, "outputs") ?? []).Select(spec => spec.Spec)]));
    }

    private static List<(TensorSpec Spec, bool IsColumn)>? Specs(YamlMappingNode? signature, string side)
    {
        if (signature is null || Text(signature, side) is not { } json)
            return null;
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            return null;
        var specs = new List<(TensorSpec, bool)>();
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (Spec(element, $"{side[..^1]}_{specs.Count}") is not { } spec)
                return null;
            specs.Add(spec);
        }

        return specs;
    }

    // A column has a type of MLflow's, a tensor one of numpy's and a shape.
    private static (TensorSpec Spec, bool IsColumn)? Spec(JsonElement element, string unnamed)
    {
        var name = Word(element, "name") ?? unnamed;
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("tensor-spec", out var tensor))
        {
            return Word(tensor, "dtype") is { } dtype && NumpyType(dtype) is { } type && tensor.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array
                ? (new TensorSpec(name, TensorTypes.NameOf(type), [.. shape.EnumerateArray().Select(size => size.TryGetInt64(out var number) ? number : -1)]), false)
                : null;
        }

        var optional = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.False;
        return Word(element, "type") is { } column && ColumnType(column) is { } known
            ? (new TensorSpec(name, TensorTypes.NameOf(known), [-1, 1]) { Optional = optional, IsColumn = true }, true)
            : null;
    }

    private static TensorType? ColumnType(string type) => type switch
    {
        "boolean" => TensorType.Bool,
        "integer" => TensorType.Int32,
        "long" => TensorType.Int64,
        "float" => TensorType.Fp32,
        "double" => TensorType.Fp64,
        "string" or "binary" or "datetime" => TensorType.Bytes,
        _ => null,
    };

    private static TensorType? NumpyType(string type) => type switch
    {
        "bool" => TensorType.Bool,
        "float16" => TensorType.Fp16,
        "float32" => TensorType.Fp32,
        "float64" => TensorType.Fp64,
        "int8" or "int16" or "int32" or "int64" or "uint8" or "uint16" or "uint32" or "uint64" => TensorTypes.Find(type.ToUpperInvariant()),
        "str" or "object" or "bytes" => TensorType.Bytes,
        _ => null,
    };

    private static string? Word(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static YamlNode? Child(YamlMappingNode node, string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private static string? Text(YamlMappingNode node, string name) => (Child(node, name) as YamlScalarNode)?.Value;
}
