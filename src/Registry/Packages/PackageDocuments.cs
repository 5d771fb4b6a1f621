using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;

namespace Assay.Registry.Packages;

/// <summary>What the registry reads of a package before it is stored.</summary>
internal sealed record PackageDocuments(ModelSchema Schema, JsonElement Evaluation, IReadOnlyDictionary<string, double>? Metrics)
{
    private const int DocumentBytesMax = 16 << 20;

    public static async Task<PackageDocuments> Read(string folder, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(folder, PackageFiles.Model)))
            throw Refusal.Invalid("package", $"The package has no {PackageFiles.Model}.");
        var schema = await Parse<ModelSchema>(folder, PackageFiles.Schema, cancel)
            ?? throw Refusal.Invalid("package", $"The package has no {PackageFiles.Schema}.");
        var evaluation = await Parse<JsonElement?>(folder, PackageFiles.Evaluation, cancel) ?? JsonSerializer.SerializeToElement(new { });
        if (evaluation.ValueKind != JsonValueKind.Object)
            throw Refusal.Invalid("package", $"{PackageFiles.Evaluation} is not an object.");
        return new(schema, evaluation, MetricsOf(evaluation));
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
