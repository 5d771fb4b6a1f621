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

    /// <summary>By which a registry is asked; null for nobody's.</summary>
    /// <exception cref="InvalidDataException">They are kept where only another program finds them.</exception>
    public static AuthenticationHeaderValue? Find(string registry, Func<string, string?> environment)
    {
        foreach (var path in Files(environment).Where(File.Exists))
        {
            if (new FileInfo(path).Length > FileBytesMax)
                throw new InvalidDataException($"{path} has more than 1 MiB. That is no file of credentials.");
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(path));
                if (Read(json.RootElement, registry, path) is { } found)
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

    private static AuthenticationHeaderValue? Read(JsonElement config, string registry, string path)
    {
        if (config.TryGetProperty("auths", out var auths))
        {
            foreach (var name in (string[])[registry, $"https://{registry}", $"https://{registry}/", $"http://{registry}"])
            {
                if (auths.TryGetProperty(name, out var entry) && entry.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } pair)
                    return Basic(pair);
            }
        }

        if (config.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(registry, out _))
            throw new InvalidDataException($"{path} has the credentials of {registry} kept by a helper program, which is not asked here. Sign in into a file: 'skopeo login --authfile FILE {registry}', and set REGISTRY_AUTH_FILE to it.");
        return null;
    }

    // Decoded and encoded again, so that nothing but a name and a password ever gets into a header.
    private static AuthenticationHeaderValue Basic(string pair)
    {
        var plain = Encoding.UTF8.GetString(Convert.FromBase64String(pair));
        return plain.Contains(':', StringComparison.Ordinal) ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(plain))) : throw new FormatException("An 'auth' is the Base64 of NAME:PASSWORD.");
    }
}
