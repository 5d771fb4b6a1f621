using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assay.Inference.Predictions;

namespace Assay.Inference.Protocols;

/// <summary>What protocols answer about servers and models, beside predictions: member names in snake case.</summary>
public static partial class ProtocolJson
{
    /// <summary>Answers with one of the documents below.</summary>
    public static Task Write<T>(HttpContext http, T body) =>
        http.Response.WriteAsJsonAsync(body, (JsonTypeInfo<T>)ProtocolTypes.Default.Options.GetTypeInfo(typeof(T)), cancellationToken: http.RequestAborted);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(ServerMetadata))]
    [JsonSerializable(typeof(ServerLive))]
    [JsonSerializable(typeof(ServerReady))]
    [JsonSerializable(typeof(ModelNames))]
    [JsonSerializable(typeof(NamedReady))]
    [JsonSerializable(typeof(ModelMetadata))]
    [JsonSerializable(typeof(AllStatistics))]
    [JsonSerializable(typeof(IndexedModel[]))]
    private sealed partial class ProtocolTypes : JsonSerializerContext;
}

/// <summary>What a server says of itself.</summary>
/// <param name="Name">Of the program.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Extensions">What it can do beside the protocol's core.</param>
public sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

internal sealed record ServerLive(bool Live);

internal sealed record ServerReady(bool Ready);

internal sealed record ModelNames(IReadOnlyList<string> Models);

internal sealed record NamedReady(string Name, bool Ready);

internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs);

internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape);

internal sealed record AllStatistics(IReadOnlyList<NamedStatistics> ModelStats);

internal sealed record NamedStatistics(
    string Name, string Version, long InferenceCount, long ExecutionCount, IReadOnlyDictionary<string, TimedSum> InferenceStats,
    IReadOnlyList<BatchStatistics> BatchStats);

internal sealed record IndexedModel(string Name, string Version, string State, string Reason);
