using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>
/// How the JSON files of a package, and answers about models, are written: camel case, enumerations as camel-case names. How
/// each type is read and written is compiled with the program: found out at run time it would be a quarter of what the slim
/// server compiles at its start, and impossible where that is compiled ahead of time.
/// </summary>
public static partial class PackageJson
{
    /// <summary>For reading and writing <c>schema.json</c>, <c>baseline.json</c> and what this class names, and nothing else.</summary>
    public static JsonSerializerOptions Options => PackageTypes.Default.Options;

    /// <summary>How one of these types is read and written.</summary>
    /// <param name="options">With other habits than <see cref="Options"/>; null for these.</param>
    public static JsonTypeInfo<T> Of<T>(JsonSerializerOptions? options = null) => (JsonTypeInfo<T>)(options ?? Options).GetTypeInfo(typeof(T));

    /// <summary>Reads one file of a package.</summary>
    /// <exception cref="InvalidModelException">It is missing, empty or not what it should be.</exception>
    internal static T Read<T>(Func<string, byte[]> file, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(Bytes(file, name), Of<T>())
                ?? throw new InvalidModelException($"{name} of the package is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidModelException($"{name} of the package can't be read: {problem.Message}", problem);
        }
    }

    /// <summary>The bytes of one file of a package.</summary>
    /// <exception cref="InvalidModelException">It is missing.</exception>
    internal static byte[] Bytes(Func<string, byte[]> file, string name)
    {
        try
        {
            return file(name);
        }
        catch (IOException problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidModelException($"The package has no file {name}.", problem);
        }
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters =
        [typeof(CamelCase<ModelTask>), typeof(CamelCase<InputType>), typeof(CamelCase<ExplanationMethod>), typeof(CamelCase<ExplanationSpace>), typeof(CamelCase<ChangeDirection>)])]
    [JsonSerializable(typeof(ModelSchema))]
    [JsonSerializable(typeof(BaselineProfile))]
    [JsonSerializable(typeof(ModelSignature))]
    [JsonSerializable(typeof(List<string>))]
    [JsonSerializable(typeof(ExplanationAnswer))]
    [JsonSerializable(typeof(CounterfactualRequest))]
    [JsonSerializable(typeof(CounterfactualAnswer))]
    [JsonSerializable(typeof(double))]
    [JsonSerializable(typeof(float))]   // with texts, the values of inputs
    private sealed partial class PackageTypes : JsonSerializerContext;

    private sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
        where T : struct, Enum;
}
