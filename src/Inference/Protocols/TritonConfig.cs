using System.Globalization;
using System.Text.Json;
using Assay.Inference.Requests;

namespace Assay.Inference.Protocols;

/// <summary>
/// The parameter <c>config</c> of a request to load: a configuration of Triton's models as a text, of which its policy of
/// versions alone can be followed.
/// </summary>
internal static class TritonConfig
{
    /// <summary>Name of the parameter.</summary>
    public const string Parameter = "config";

    private const int VersionsMax = 1000;
    private const string Remedy = """Send a text such as {"version_policy":{"latest":{"num_versions":1}}}, or leave it out.""";

    /// <summary>Reads which versions are to be loaded.</summary>
    /// <exception cref="InvalidInputException">It can't be read, or asks for what can't be done; the message names the field.</exception>
    public static VersionChoice Read(string? config)
    {
        using var json = Parsed(config ?? throw Refused("", "is no text"));
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw Refused("", "is no object");
        if (json.RootElement.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => name is not ("version_policy" or "versionPolicy")) is { } other)
            throw new InvalidInputException($"{Parameter}: of a configuration only 'version_policy' can be followed, for a model is served as its version is packaged. Leave '{other}' out.");
        if (json.RootElement.EnumerateObject().Select(field => field.Value).ToArray() is not [{ ValueKind: JsonValueKind.Object } policies])
            throw Refused(".version_policy", "is not one object");
        return policies.EnumerateObject().ToArray() is [{ Name: "all" or "latest" or "specific", Value.ValueKind: JsonValueKind.Object } policy]
            ? Of(policy.Name, policy.Value)
            : throw Refused(".version_policy", "is not one of 'specific', 'latest' and 'all', each an object");
    }

    private static VersionChoice Of(string policy, JsonElement value)
    {
        var alone = new VersionChoice(Parameter) { Alone = true };
        return policy switch
        {
            "all" => alone,
            "latest" => alone with { Newest = NumberOf(value, "num_versions") ?? NumberOf(value, "numVersions") ?? 1 },
            _ => alone with { Named = Versions(value) },
        };
    }

    private static IReadOnlyList<string> Versions(JsonElement value)
    {
        string?[] named = value.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array && versions.GetArrayLength() <= VersionsMax
            ? [.. versions.EnumerateArray().Select(RepositoryParameters.TextOf)]
            : [];
        return named.Length > 0 && named.All(version => version is not null)
            ? [.. named.OfType<string>().Distinct(StringComparer.Ordinal)]
            : throw new InvalidInputException($"{Parameter}.version_policy.specific.versions: send 1 to {VersionsMax:N0} versions, as numbers or texts.");
    }

    private static int? NumberOf(JsonElement value, string name) => !value.TryGetProperty(name, out var number) ? null
        : int.TryParse(RepositoryParameters.TextOf(number), NumberStyles.None, CultureInfo.InvariantCulture, out var found) && found > 0 ? found
        : throw new InvalidInputException($"{Parameter}.version_policy.latest.{name}: send a whole number from 1: how many of the newest are loaded.");

    private static JsonDocument Parsed(string config)
    {
        try
        {
            return JsonDocument.Parse(config);
        }
        catch (JsonException)
        {
            throw Refused("", "is no JSON");
        }
    }

    private static InvalidInputException Refused(string field, string fault) => new($"{Parameter}{field}: it {fault}. {Remedy}");
}
