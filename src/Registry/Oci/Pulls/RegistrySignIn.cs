using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Assay.Registry.Oci.Pulls;

/// <summary>
/// Signs in at a registry as it asks to: with name and password, or with a token that its token service gives for them.
/// Credentials go over TLS, or stay on this machine.
/// </summary>
/// <param name="http">Sends.</param>
/// <param name="credentials">Finds name and password.</param>
/// <param name="way">How the registry is reached.</param>
internal sealed class RegistrySignIn(HttpClient http, Func<CancellationToken, Task<AuthenticationHeaderValue?>> credentials, RegistryWay way)
{
    private const int TokenBytesMax = 1 << 20;

    /// <summary>What the last answer asked for; null as long as nothing was.</summary>
    public AuthenticationHeaderValue? Header { get; private set; }

    /// <summary>With what to ask again; null when there is nothing that would help.</summary>
    /// <param name="refused">The answer 401.</param>
    /// <param name="repository">What is to be pulled.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AuthenticationHeaderValue?> Answer(HttpResponseMessage refused, string repository, CancellationToken cancel)
    {
        var known = way.IsSafe ? await credentials(cancel) : null;
        var challenge = refused.Headers.WwwAuthenticate.FirstOrDefault(each => each.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase));
        var next = challenge is null ? known : await Token(challenge.Parameter ?? "", repository, known, cancel);
        if (next is null || next.Equals(Header))
            return null;
        return Header = next;
    }

    private async Task<AuthenticationHeaderValue?> Token(string challenge, string repository, AuthenticationHeaderValue? known, CancellationToken cancel)
    {
        var fields = challenge.Split(',').Select(field => field.Split('=', 2)).Where(field => field.Length == 2)
            .GroupBy(field => field[0].Trim()).ToDictionary(group => group.Key, group => group.First()[1].Trim().Trim('"'), StringComparer.OrdinalIgnoreCase);
        if (!fields.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (way.IsLocal && address.IsLoopback)))
            return null;
        var query = $"scope={Uri.EscapeDataString($"repository:{repository}:pull")}{(fields.TryGetValue("service", out var service) ? $"&service={Uri.EscapeDataString(service)}" : "")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { Query = query }.Uri);
        request.Headers.Authorization = known;
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentLength > TokenBytesMax)
            return null;
        await answer.Content.LoadIntoBufferAsync(TokenBytesMax, cancel);
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            var token = json.RootElement.TryGetProperty("token", out var given) || json.RootElement.TryGetProperty("access_token", out given) ? given.GetString() : null;
            return string.IsNullOrEmpty(token) ? null : new("Bearer", token);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)   // no token service
        {
            return null;
        }
    }
}

/// <summary>How a registry is reached.</summary>
/// <param name="IsPlain">Without TLS.</param>
/// <param name="IsLocal">On this machine.</param>
internal sealed record RegistryWay(bool IsPlain, bool IsLocal)
{
    /// <summary>Whether credentials may go that way.</summary>
    public bool IsSafe => !IsPlain || IsLocal;

    public static RegistryWay To(OciReference what, bool plain) => new(plain, new Uri($"http://{what.Registry}").IsLoopback);
}
