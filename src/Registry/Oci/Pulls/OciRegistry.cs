using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using Assay.Kernel;

namespace Assay.Registry.Oci.Pulls;

/// <summary>A repository of a registry that speaks the OCI distribution API, 1.0 or 1.1, read as anybody reads it.</summary>
internal sealed class OciRegistry(OciReference what, HttpClient http, RegistrySignIn signIn, bool isPlain) : IArtifactSource
{
    private const int ReferrersMax = 1000;

    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
    ];

    public string Name => what.ToString();

    public async Task<FoundManifest?> Manifest(string reference, CancellationToken cancel)
    {
        using var answer = await Get($"manifests/{reference}", Manifests, cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Check(answer, $"the manifest '{reference}'", cancel);
        return new(await ReadSome(answer, cancel), answer.Content.Headers.ContentType?.MediaType);
    }

    public async Task<Stream> Blob(Digest digest, CancellationToken cancel)
    {
        var answer = await Get($"blobs/{digest}", ["*/*"], cancel);
        await Check(answer, $"the blob {digest}", cancel);
        return await answer.Content.ReadAsStreamAsync(cancel);
    }

    public async Task<IReadOnlyList<Digest>> Referrers(Digest subject, CancellationToken cancel)
    {
        using var answer = await Get($"referrers/{subject}", ["application/vnd.oci.image.index.v1+json"], cancel);
        // Registries of before 1.1 have an index under a tag in the digest's form, or nothing.
        var index = answer.StatusCode == HttpStatusCode.NotFound
            ? (await Manifest($"sha256-{subject.Hex}", cancel))?.Bytes
            : answer.IsSuccessStatusCode ? await ReadSome(answer, cancel) : null;
        return index is null ? [] : ReadIndex(index);
    }

    private List<Digest> ReadIndex(byte[] index)
    {
        try
        {
            using var json = JsonDocument.Parse(index);
            return [.. json.RootElement.GetProperty("manifests").EnumerateArray().Take(ReferrersMax).Select(manifest => Digest.Parse(manifest.GetProperty("digest").GetString()!))];
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            throw new InvalidDataException($"{Name}: the registry's list of referrers can't be read: {problem.Message}", problem);
        }
    }

    private async Task<HttpResponseMessage> Get(string path, string[] accept, CancellationToken cancel)
    {
        var address = new Uri($"{(isPlain ? "http" : "https")}://{what.Registry}/v2/{what.Repository}/{path}");
        try
        {
            var answer = await Send(address, accept, signIn.Header, cancel);
            if (answer.StatusCode != HttpStatusCode.Unauthorized || await signIn.Answer(answer, what.Repository, cancel) is not { } header)
                return answer;
            answer.Dispose();
            return await Send(address, accept, header, cancel);
        }
        catch (HttpRequestException problem)
        {
            throw new IOException($"{what.Registry} can't be reached: {Why(problem)}{(isPlain ? "" : " A registry without TLS is asked with --plain-http.")}", problem);
        }
    }

    // The outer sentence of a failed handshake says to look within, which nobody can who reads it.
    private static string Why(HttpRequestException problem) =>
        problem.InnerException is AuthenticationException ? $"no TLS with it: {problem.GetBaseException().Message}" : problem.Message;

    private async Task<HttpResponseMessage> Send(Uri address, string[] accept, AuthenticationHeaderValue? header, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var type in accept)
            request.Headers.Accept.Add(new(type));
        request.Headers.Authorization = header;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    private async Task Check(HttpResponseMessage answer, string wanted, CancellationToken cancel)
    {
        if (answer.IsSuccessStatusCode)
            return;
        using (answer)
        {
            var remedy = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                ? $" Sign in with 'docker login {what.Registry}', or as somebody who may pull there."
                : "";
            throw new IOException($"{Name}: the registry answered {(int)answer.StatusCode} for {wanted}.{Said(await ReadSome(answer, cancel))}{remedy}");
        }
    }

    private static string Said(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return $" It says: {json.RootElement.GetProperty("errors")[0].GetProperty("message").GetString()}";
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return "";   // it says nothing in OCI's form
        }
    }

    private async Task<byte[]> ReadSome(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancel);
        using var read = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await content.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            if (read.Length + count > OciLimits.ManifestBytesMax)
                throw new InvalidDataException($"{Name}: the registry sent more than {OciLimits.ManifestBytesMax >> 20} MiB where a manifest belongs.");
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }
}
