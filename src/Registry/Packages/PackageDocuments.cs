using System.Text.Json;
using Assay.Inference.Graphs;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Mlflow.Versions;

namespace Assay.Registry.Packages;

/// <summary>What the registry reads of a package before it is stored.</summary>
internal sealed record PackageDocuments(string Format, ModelSchema Schema, JsonElement Evaluation, IReadOnlyDictionary<string, double>? Metrics)
{
    private const int DocumentBytesMax = 16 << 20;
    private const string Onnx = "onnx";
    private const string Program = "program";

    /// <summary>Several models that answer as one.</summary>
    public const string Graph = "graph";

    // A model without a schema of ours is held to what its graph, or MLflow's description, says of its inputs.
    private static readonly ModelSchema Unknown = new(ModelTask.Unknown, "", null, [], "");

    /// <param name="folder">The files.</param>
    /// <param name="mustServe">Whether it must be a model that can be served.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<PackageDocuments> Read(string folder, bool mustServe, CancellationToken cancel)
    {
        var format = FormatOf(folder);
        if (mustServe && format is not (Onnx or Graph or Program))
            throw Refusal.Invalid("package", $"The package has no {PackageFiles.Model}.");
        var schema = format != Onnx ? Unknown : await Parse<ModelSchema>(folder, PackageFiles.Schema, cancel) ?? Unknown;
        var evaluation = await Parse<JsonElement?>(folder, PackageFiles.Evaluation, cancel) ?? JsonSerializer.SerializeToElement(new { });
        if (evaluation.ValueKind != JsonValueKind.Object)
            throw Refusal.Invalid("package", $"{PackageFiles.Evaluation} is not an object.");
        return new(format, schema, evaluation, MetricsOf(evaluation));
    }

    private static string FormatOf(string folder)
    {
        if (File.Exists(Path.Combine(folder, ModelGraphs.File)))
            return Graph;
        if (File.Exists(Path.Combine(folder, PackageFiles.Serve)))
            return Program;
        if (File.Exists(Path.Combine(folder, PackageFiles.Model)))
            return Onnx;
        if (File.Exists(Path.Combine(folder, PackageFiles.MLmodel)))
            return "mlflow";
        return File.Exists(Path.Combine(folder, SourcePackage.File)) ? SourcePackage.Format : "files";
    }

    public static Dictionary<string, double>? MetricsOf(JsonElement evaluation) =>
        evaluation.TryGetProperty("metrics", out var metrics) && metrics.ValueKind == JsonValueKind.Object
            ? metrics.EnumerateObject()
                .Where(metric => metric.Value.ValueKind == JsonValueKind.Number)
                .ToDictionary(metric => metric.Name, metric => metric.Value.GetDouble(), StringComparer.Ordinal)
            : null;

    private static async Task<T?> Parse<T>(string folder, string name, CancellationToken cancel)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            return default;
        if (file.Length > DocumentBytesMax)
            throw Refusal.Invalid("package", $"{name} is larger than 16 MiB.");
        try
        {
            return JsonSerializer.Deserialize<T>(await File.ReadAllBytesAsync(file.FullName, cancel), AssayJson.Options);
        }
        catch (JsonException problem)
        {
            throw Refusal.Invalid("package", $"{name} can't be read: {problem.Message}");
        }
    }
}
