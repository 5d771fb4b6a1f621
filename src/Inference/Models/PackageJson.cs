using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Models;

/// <summary>How the JSON files of a package are written: camel case, enumerations as camel-case names.</summary>
public static partial class PackageJson
{
    /// <summary>For reading and writing <c>schema.json</c> and <c>baseline.json</c>.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        // How these two are read is compiled with the program, and not found out at each start of the slim server.
        TypeInfoResolver = JsonTypeInfoResolver.Combine(Compiled.Default, new DefaultJsonTypeInfoResolver()),
    });

    /// <summary>Applies these habits to options that somebody else made.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        return options;
    }

    /// <summary>Reads one file of a package.</summary>
    /// <exception cref="InvalidModelException">It is missing, empty or not what it should be.</exception>
    internal static T Read<T>(Func<string, byte[]> file, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Bytes(file, name), Options)
                ?? throw new InvalidModelException($"{name} of the package is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidModelException($"{name} of the package can't be read: {problem.Message}", problem);
        }
    }

    [JsonSerializable(typeof(ModelSchema))]
    [JsonSerializable(typeof(BaselineProfile))]
    private sealed partial class Compiled : JsonSerializerContext;

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
}
