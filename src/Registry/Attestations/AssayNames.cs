using System.Reflection;

namespace Assay.Registry;

/// <summary>
/// Names of things in statements. A statement travels without the server that made it, whose address may change; so names
/// begin with <see cref="Base"/>, and the server's own address in its place gives the address of the thing.
/// </summary>
public static class AssayNames
{
    /// <summary>What stands for the address of the server. It is not to be looked up: <c>.local</c> belongs to nobody.</summary>
    public const string Base = "https://assay.local";

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(AssayNames).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>An installation: who made or judged something. It keeps its name when its key is followed by another version.</summary>
    /// <param name="firstKeyHint">Hint of the first version of its signing key.</param>
    public static string Installation(string firstKeyHint) => $"{Base}/installation/{firstKeyHint}";

    /// <summary>A thing of a project by the path of its address.</summary>
    /// <param name="project">Name of the project.</param>
    /// <param name="parts">Parts of the path after <c>/api/v1</c>; each is escaped.</param>
    public static string Of(string project, params ReadOnlySpan<string> parts)
    {
        var path = $"{Base}/projects/{project}/api/v1";
        foreach (var part in parts)
            path += "/" + Uri.EscapeDataString(part).Replace("%3A", ":", StringComparison.Ordinal);   // a digest stays readable
        return path;
    }

    /// <summary>A version of a model.</summary>
    public static string Model(string project, string model, int version) => Of(project, "models", model, "versions", $"{version}");

    /// <summary>A version of a dataset.</summary>
    public static string Dataset(string project, string dataset, int version) => Of(project, "datasets", dataset, "versions", $"{version}");
}
