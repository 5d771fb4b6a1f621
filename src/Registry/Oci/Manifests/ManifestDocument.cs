using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assay.Kernel;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Oci.Manifests;

/// <summary>A manifest's reference to other content.</summary>
internal sealed record Descriptor(string MediaType, string Digest, long Size, IReadOnlyDictionary<string, string>? Annotations = null)
{
    public string? Annotation(string name) => Annotations?.GetValueOrDefault(name);
}

/// <summary>A manifest or index as somebody sent it, its form checked.</summary>
internal sealed partial record ManifestDocument(
    int SchemaVersion,
    string? MediaType,
    string? ArtifactType,
    Descriptor? Config,
    IReadOnlyList<Descriptor?>? Layers,
    IReadOnlyList<Descriptor?>? Manifests,
    Descriptor? Subject,
    IReadOnlyDictionary<string, string>? Annotations)
{
    // A member that comes twice would be read differently by different clients.
    private static readonly JsonSerializerOptions Json = new(ManifestTypes.Default.Options) { AllowDuplicateProperties = false };

    /// <summary>What kind of artifact it says to be; for a manifest without that, what its configuration is.</summary>
    public string? Kind => !string.IsNullOrEmpty(ArtifactType) ? ArtifactType : Config?.MediaType;

    /// <summary>Configuration and layers.</summary>
    public IReadOnlyList<Descriptor> Blobs => [.. Config is null ? [] : new[] { Config }, .. Layers?.OfType<Descriptor>() ?? []];

    /// <exception cref="Kernel.Refusals.Refusal">It is no manifest; the message says why.</exception>
    public static ManifestDocument Read(ReadOnlySpan<byte> bytes, string contentType)
    {
        ManifestDocument document;
        try
        {
            document = JsonSerializer.Deserialize(bytes, (JsonTypeInfo<ManifestDocument>)Json.GetTypeInfo(typeof(ManifestDocument))) ?? throw new JsonException("it is null");
        }
        catch (JsonException problem)
        {
            throw OciErrors.ManifestInvalid($"This is no manifest: {problem.Message}");
        }

        var type = contentType.Split(';')[0].Trim();
        if (type is not MediaTypes.Manifest and not MediaTypes.Index)
        {
            throw OciErrors.Unsupported(
                StatusCodes.Status415UnsupportedMediaType, $"Manifests of the type '{type}' are not taken here; push {MediaTypes.Manifest}.");
        }

        document.Check(type);
        return document with { MediaType = type };
    }

    private void Check(string type)
    {
        if (SchemaVersion != 2)
            throw OciErrors.ManifestInvalid("A manifest has the schemaVersion 2.");
        if (MediaType is not null && MediaType != type)
            throw OciErrors.ManifestInvalid($"The manifest says to be '{MediaType}', and Content-Type says '{type}'.");
        if (type == MediaTypes.Manifest && (Config is null || Layers is null))
            throw OciErrors.ManifestInvalid("A manifest has a 'config' and 'layers'.");
        if (type == MediaTypes.Index && Manifests is null)
            throw OciErrors.ManifestInvalid("An index has 'manifests'.");
        if ((Layers?.Count ?? 0) > OciLimits.LayersMax || (Manifests?.Count ?? 0) > OciLimits.LayersMax)
            throw OciErrors.ManifestInvalid($"A manifest has at most {OciLimits.LayersMax} layers.");
        if (ArtifactType?.Length > 255 || Config?.MediaType?.Length > 255)
            throw OciErrors.ManifestInvalid("A media type has at most 255 characters.");
        if (Annotations?.Sum(pair => pair.Key.Length + (pair.Value?.Length ?? 0)) > OciLimits.AnnotationsLengthMax)
            throw OciErrors.ManifestInvalid($"The annotations of a manifest have at most {OciLimits.AnnotationsLengthMax >> 10} KiB.");
        foreach (var descriptor in (Layers ?? []).Concat(Manifests ?? []))
            Check(descriptor);
        if (Config is not null)
            Check(Config);
        if (Subject is not null)
            Check(Subject);
    }

    private static void Check(Descriptor? descriptor)
    {
        if (descriptor is not { MediaType.Length: > 0, Digest: not null, Size: >= 0 })
            throw OciErrors.ManifestInvalid("Each descriptor of a manifest has a 'mediaType', a 'digest' and a 'size'.");
        OciErrors.ReadDigest(descriptor.Digest);
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(ManifestDocument))]
    private sealed partial class ManifestTypes : JsonSerializerContext;
}
