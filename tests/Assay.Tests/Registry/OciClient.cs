using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;

namespace Assay.Tests.Registry;

/// <summary>What an OCI client sends to one repository, step by step, so that a test can leave a step out or do it wrong.</summary>
public sealed class OciClient(HttpClient http, string repository)
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string ModelPack = "application/vnd.cncf.model.manifest.v1+json";
    public const string ModelConfig = "application/vnd.cncf.model.config.v1+json";

    public string Base { get; } = $"/v2/{repository}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static StringContent Empty => new("");

    /// <summary>A descriptor of bytes, as JSON.</summary>
    public static JsonObject Describe(byte[] bytes, string mediaType, string? title = null)
    {
        var descriptor = new JsonObject { ["mediaType"] = mediaType, ["digest"] = Digest.Of(bytes).ToString(), ["size"] = bytes.Length };
        if (title is not null)
            descriptor["annotations"] = new JsonObject { ["org.opencontainers.image.title"] = title };
        return descriptor;
    }

    public Task<HttpResponseMessage> Get(string path, string? accept = null) => Send(HttpMethod.Get, path, accept);

    public Task<HttpResponseMessage> Head(string path) => Send(HttpMethod.Head, path);

    public Task<HttpResponseMessage> Delete(string path) => Send(HttpMethod.Delete, path);

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, Base + path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await http.SendAsync(request, Cancel);
    }

    public async Task<JsonElement> Json(string path)
    {
        var answer = await Get(path);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Begins an upload; its address.</summary>
    public async Task<string> Begin()
    {
        using var answer = await http.PostAsync($"{Base}/blobs/uploads/", Empty, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    public Task<HttpResponseMessage> Post(string query, byte[]? body = null) =>
        http.PostAsync($"{Base}/blobs/uploads/{query}", new ByteArrayContent(body ?? []), Cancel);

    public Task<HttpResponseMessage> Chunk(string upload, byte[] bytes, string? range = null) => http.PatchAsync(upload, Content(bytes, range), Cancel);

    public Task<HttpResponseMessage> Finish(string upload, string digest, byte[]? bytes = null, string? range = null) =>
        http.PutAsync($"{upload}?digest={digest}", Content(bytes ?? [], range), Cancel);

    /// <summary>Uploads a blob the way most clients do.</summary>
    public async Task Upload(byte[] bytes)
    {
        var upload = await Begin();
        using (var sent = await Chunk(upload, bytes))
            Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        using var finished = await Finish(upload, Digest.Of(bytes).ToString());
        Assert.True(finished.StatusCode == HttpStatusCode.Created, await finished.Content.ReadAsStringAsync(Cancel));
    }

    public Task<HttpResponseMessage> Put(string reference, string manifest, string type = Manifest)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return http.PutAsync($"{Base}/manifests/{reference}", content, Cancel);
    }

    /// <summary>Uploads the files of a folder as raw layers and returns a ModelPack manifest of them.</summary>
    public async Task<string> UploadModel(string folder, string note = "")
    {
        var layers = new JsonArray();
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            await Upload(bytes);
            layers.Add(Describe(bytes, "application/vnd.cncf.model.weight.v1.raw", Path.GetFileName(file)));
        }

        return await ModelOf(layers, note);
    }

    /// <summary>A ModelPack manifest of layers that are there.</summary>
    public async Task<string> ModelOf(JsonArray layers, string note = "")
    {
        var config = Encoding.UTF8.GetBytes($$"""{"descriptor":{"name":"pushed{{note}}"},"config":{},"modelfs":{"diffIds":[],"type":"layers"} }""");
        await Upload(config);
        return new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["artifactType"] = ModelPack,
            ["config"] = Describe(config, ModelConfig),
            ["layers"] = layers,
        }.ToJsonString();
    }

    /// <summary>The OCI error code of an answer, with the sentence.</summary>
    public static async Task<(string Code, string Message)> Error(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        var error = JsonDocument.Parse(text).RootElement.GetProperty("errors")[0];
        return (error.GetProperty("code").GetString()!, error.GetProperty("message").GetString()!);
    }

    private static ByteArrayContent Content(byte[] bytes, string? range)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        if (range is not null)
            content.Headers.TryAddWithoutValidation("Content-Range", range);
        return content;
    }
}
