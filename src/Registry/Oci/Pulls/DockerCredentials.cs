using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Assay.Registry.Oci.Pulls;

/// <summary>
/// Credentials of registries where <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> put them:
/// <c>REGISTRY_AUTH_FILE</c>, <c>DOCKER_CONFIG/config.json</c>, podman's own file, <c>~/.docker/config.json</c>.
/// </summary>
internal static class DockerCredentials
{
    private const long FileBytesMax = 1 << 20;

    private const string HubName = "https://index.docker.io/v1/";
    private static readonly string[] Hub = ["docker.io", "index.docker.io", "registry-1.docker.io"];

    /// <summary>By which a registry is asked; null for nobody's.</summary>
    /// <exception cref="InvalidDataException">They can't be read, or the program that keeps them doesn't tell them.</exception>
    public static async Task<AuthenticationHeaderValue?> Find(string registry, Func<string, string?> environment, CancellationToken cancel)
    {
        foreach (var path in Files(environment).Where(File.Exists))
        {
            if (new FileInfo(path).Length > FileBytesMax)
                throw new InvalidDataException($"{path} has more than 1 MiB. That is no file of credentials.");
            try
            {
                using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancel));
                if (await Read(json.RootElement, registry, name => new(name, path, environment), cancel) is { } found)
                    return found;
            }
            catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException)
            {
                throw new InvalidDataException($"{path} can't be read as docker's file of credentials: {problem.Message}", problem);
            }
        }

        return null;
    }

    private static IEnumerable<string> Files(Func<string, string?> environment)
    {
        if (environment("REGISTRY_AUTH_FILE") is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }

        if (environment("DOCKER_CONFIG") is { Length: > 0 } docker)
            yield return Path.Combine(docker, "config.json");
        if (environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
            yield return Path.Combine(runtime, "containers", "auth.json");
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker", "config.json");
    }

    // A registry's own helper is asked before the file, and the one for all registries after it, in which old entries may stay.
    private static async Task<AuthenticationHeaderValue?> Read(JsonElement config, string registry, Func<string, CredentialHelper> helperOf, CancellationToken cancel)
    {
        var names = Names(registry);
        foreach (var name in names)
        {
            if (config.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(name, out var own) && own.GetString() is { } helper)
                return await helperOf(helper).Get(name, cancel) is { } pair ? Header(pair) : null;
        }

        foreach (var name in names)
        {
            if (config.TryGetProperty("auths", out var auths) && auths.TryGetProperty(name, out var entry) && entry.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } encoded)
                return Header(Encoding.UTF8.GetString(Convert.FromBase64String(encoded)));
        }

        if (config.TryGetProperty("credsStore", out var store) && store.GetString() is { Length: > 0 } keeper)
        {
            foreach (var name in Hub.Contains(registry) ? [HubName] : names[..2])
            {
                if (await helperOf(keeper).Get(name, cancel) is { } pair)
                    return Header(pair);
            }
        }

        return null;
    }

    private static string[] Names(string registry) =>
        [registry, $"https://{registry}", $"https://{registry}/", $"http://{registry}", .. Hub.Contains(registry) ? (string[])[HubName] : []];

    // Encoded here, so that nothing but a name and a password ever gets into a header.
    private static AuthenticationHeaderValue Header(string pair) => pair.Contains(':', StringComparison.Ordinal)
        ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)))
        : throw new FormatException("An 'auth' is the Base64 of NAME:PASSWORD.");
}
