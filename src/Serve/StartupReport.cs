using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Assay.Serve;

/// <summary>Where each model of a slim server answers, as it says at its start.</summary>
/// <param name="Model">The first one.</param>
/// <param name="Predict">Its address.</param>
/// <param name="Metrics">What Prometheus scrapes; null when turned off.</param>
/// <param name="Models">All of them.</param>
internal sealed record StartupReport(string Model, Uri Predict, Uri? Metrics, IReadOnlyList<ModelAddress> Models)
{
    // Indented, for people who look; and for their eyes quotes and plus signs need no escape.
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = ServeJson.Default,
    };

    public static StartupReport Of(ServeOptions options, ListenAddresses addresses)
    {
        ModelAddress[] models = options.IsOne
            ? [new(options.Name, VersionsOf(options, options.Name), addresses.Predict)]
            : [.. options.Packages.Select(model => model.Name).Distinct().Select(name => new ModelAddress(name, VersionsOf(options, name), new(addresses.Predict, $"/endpoints/{Uri.EscapeDataString(name)}/predict")))];
        return new(models[0].Model, models[0].Predict, addresses.Metrics, models);
    }

    public string Json() => JsonSerializer.Serialize(this, (JsonTypeInfo<StartupReport>)Indented.GetTypeInfo(typeof(StartupReport))) + Environment.NewLine;

    public string Text() => string.Concat(
        [
            .. Models.Select(model => $"{model.Model}{Said(model.Versions)} answers at POST {model.Predict}{Environment.NewLine}"),
            Metrics is null ? "" : $"Metrics for Prometheus at {Metrics}{Environment.NewLine}",
            $"Ctrl-C stops it.{Environment.NewLine}",
        ]);

    private static string[] VersionsOf(ServeOptions options, string name) =>
        [.. options.Packages.Where(package => package.Name == name).Select(package => package.Version).OrderDescending(Comparer<string>.Create(ModelFolders.Compare))];

    private static string Said(IReadOnlyList<string> versions) => versions.Count > 1 ? $", versions {string.Join(", ", versions)}," : "";
}

/// <summary>Where a model answers.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Versions">With which it starts, the newest first.</param>
/// <param name="Predict">Its address.</param>
internal sealed record ModelAddress(string Model, IReadOnlyList<string> Versions, Uri Predict);

/// <summary>What the slim server says of itself.</summary>
internal sealed record Health(string Status);

/// <summary>How that is written, compiled with the program.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(StartupReport))]
internal sealed partial class ServeJson : JsonSerializerContext;
