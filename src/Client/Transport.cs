using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text.Json;
using Assay.Kernel;

namespace Assay.Client;

/// <summary>Sends requests, reads answers and turns refusals into <see cref="AssayException"/>. Paths are relative to the base address.</summary>
internal sealed class Transport(HttpClient http)
{
    public Task<T> Get<T>(string path, CancellationToken cancel) => Send<T>(new(HttpMethod.Get, path), cancel);

    /// <summary>As <see cref="Get"/>, with null for what does not exist.</summary>
    public async Task<T?> Find<T>(string path, CancellationToken cancel)
        where T : class
    {
        try
        {
            return await Get<T>(path, cancel);
        }
        catch (AssayException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task<T> Post<T>(string path, object? body, CancellationToken cancel) =>
        Send<T>(new(HttpMethod.Post, path) { Content = Json(body) }, cancel);

    public Task<T> Put<T>(string path, object body, CancellationToken cancel) =>
        Send<T>(new(HttpMethod.Put, path) { Content = Json(body) }, cancel);

    public Task<T> Patch<T>(string path, object body, CancellationToken cancel) =>
        Send<T>(new(HttpMethod.Patch, path) { Content = Json(body) }, cancel);

    /// <summary>As above, for an answer without a body.</summary>
    public Task Put(string path, object body, CancellationToken cancel) => Send(HttpMethod.Put, path, body, cancel);

    /// <summary>The same with any method.</summary>
    public async Task Send(HttpMethod method, string path, object body, CancellationToken cancel)
    {
        using var answer = await Answer(new(method, path) { Content = Json(body) }, cancel);
    }

    /// <summary>Sends bytes as they come, without holding them.</summary>
    public Task<T> Upload<T>(string path, Stream content, CancellationToken cancel) => Upload<T>(HttpMethod.Post, path, content, cancel);

    /// <summary>The same with any method.</summary>
    public Task<T> Upload<T>(HttpMethod method, string path, Stream content, CancellationToken cancel)
    {
        var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return Send<T>(new(method, path) { Content = body }, cancel);
    }

    public async Task Delete(string path, CancellationToken cancel)
    {
        using var answer = await Answer(new(HttpMethod.Delete, path), cancel);
    }

    public Task<T> Delete<T>(string path, CancellationToken cancel) => Send<T>(new(HttpMethod.Delete, path), cancel);

    /// <summary>Sends a body that is JSON already.</summary>
    public Task<T> PostJson<T>(string path, ReadOnlyMemory<byte> body, CancellationToken cancel) => PostAs<T>(path, body, "application/json", cancel);

    /// <summary>Sends a table.</summary>
    public Task<T> PostCsv<T>(string path, ReadOnlyMemory<byte> body, CancellationToken cancel) => PostAs<T>(path, body, "text/csv", cancel);

    private Task<T> PostAs<T>(string path, ReadOnlyMemory<byte> body, string type, CancellationToken cancel)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return Send<T>(new(HttpMethod.Post, path) { Content = content }, cancel);
    }

    /// <summary>Sends and takes plain text.</summary>
    public async Task<string> Text(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        using var answer = await Answer(new(method, path) { Content = body is null ? null : new StringContent(body) }, cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>Copies an answer's bytes as they come.</summary>
    public async Task Download(string path, Stream destination, CancellationToken cancel)
    {
        using var answer = await Answer(new(HttpMethod.Get, path), cancel);
        await answer.Content.CopyToAsync(destination, cancel);
    }

    /// <summary>The first bytes of an answer, and how many it has in all.</summary>
    public async Task<(byte[] Bytes, long SizeBytes)> Head(string path, int bytesMax, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new(0, bytesMax - 1);
        using var answer = await Answer(request, cancel);
        var buffer = new byte[bytesMax];
        await using var content = await answer.Content.ReadAsStreamAsync(cancel);
        var read = await content.ReadAtLeastAsync(buffer, bytesMax, throwOnEndOfStream: false, cancel);
        return (buffer[..read], answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength ?? read);
    }

    /// <summary>An answer's lines as they come.</summary>
    public async IAsyncEnumerable<string> Lines(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var answer = await Answer(new(HttpMethod.Get, path), cancel);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
        while (await reader.ReadLineAsync(cancel) is { } line)
            yield return line;
    }

    private async Task<T> Send<T>(HttpRequestMessage request, CancellationToken cancel)
    {
        using var answer = await Answer(request, cancel);
        try
        {
            return (await answer.Content.ReadFromJsonAsync<T>(AssayJson.Options, cancel))!;
        }
        catch (JsonException malformed)
        {
            throw new AssayException(
                $"{http.BaseAddress} answered something that is not Assay's; is this the address of an Assay server of this version?",
                answer.StatusCode, inner: malformed);
        }
    }

    private static string WhyNot(HttpRequestException failure)
    {
        if (failure.InnerException is not AuthenticationException { Message: var certificate })
            return failure.Message;

        // The runtime tells what is wrong in its message alone.
        return certificate.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal)
            ? $"{certificate}. The server's certificate is for another name: write the address with a name that stands in it."
            : $"{certificate}. Have this machine trust whoever signed the server's certificate: on Linux, SSL_CERT_FILE may name a file of such certificates.";
    }

    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request, CancellationToken cancel)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException failure)
        {
            throw new AssayException($"No answer from {http.BaseAddress}: {WhyNot(failure)}", null, inner: failure);
        }
        finally
        {
            request.Dispose();
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await Refusal(answer, cancel);
    }

    private static async Task<AssayException> Refusal(HttpResponseMessage answer, CancellationToken cancel)
    {
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            var problem = JsonDocument.Parse(text).RootElement;
            var sentence = Property(problem, "detail") ?? Errors(problem) ?? Property(problem, "title");
            return new AssayException(sentence ?? Plain(answer), answer.StatusCode, Property(problem, "code"), problem);
        }

        return Foreign(answer, text) ?? new AssayException(Plain(answer), answer.StatusCode);
    }

    // MLflow's routes have errors of their own form.
    private static AssayException? Foreign(HttpResponseMessage answer, string text)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/json")
            return null;
        var error = JsonDocument.Parse(text).RootElement;
        return error.ValueKind == JsonValueKind.Object && Property(error, "message") is { } message
            ? new AssayException(message, answer.StatusCode, Property(error, "error_code"))
            : null;
    }

    private static string Plain(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "The server does not know you.",
        HttpStatusCode.Forbidden => "Your token does not permit this.",
        _ => $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}.",
    };

    private static string? Property(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The form in which ASP.NET Core reports annotations that did not hold: field -> sentences.
    private static string? Errors(JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? string.Join(" ", errors.EnumerateObject().SelectMany(field => field.Value.EnumerateArray()).Select(sentence => sentence.GetString()))
            : null;

    private static JsonContent? Json(object? body) =>
        body is null ? null : JsonContent.Create(body, body.GetType(), options: AssayJson.Options);
}
