using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Kernel;

/// <summary>How Assay writes JSON everywhere: camel case, enumerations as camel-case names, nothing indented.</summary>
public static class AssayJson
{
    /// <summary>For requests, answers, documents in rows and files of a package.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>The same, indented, for documents that people open.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Options) { WriteIndented = true };

    /// <summary>Applies these habits to options that somebody else made.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.NumberHandling = JsonNumberHandling.Strict;
        return options;
    }
}
