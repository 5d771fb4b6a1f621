using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Tests.Governance.Scim;

/// <summary>A directory that provisions an Assay, with a token that may do that and nothing else.</summary>
internal sealed class Directory(HttpClient http)
{
    public const string PatchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Directory> Of(TestServer server)
    {
        var account = await server.Account();
        var role = await server.Admin.PutAsJsonAsync("/api/v1/roles/directory", new { permissions = new[] { "scim.write" } }, Cancel);
        role.EnsureSuccessStatusCode();
        await server.Bind(account.Id, "directory");
        return new(await server.As(account));
    }

    public async Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseHeaders Headers)> Send(HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, $"/scim/v2/{path}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        if (text.Length > 0)
            Assert.Equal("application/scim+json", answer.Content.Headers.ContentType?.MediaType);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), answer.Headers);
    }

    public async Task<JsonNode> Get(string path)
    {
        var (status, body, _) = await Send(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{status} {body}");
        return body!;
    }

    /// <summary>Names in a listing, in its order.</summary>
    public async Task<string[]> Names(string path, string name = "userName") =>
        [.. (await Get(path))["Resources"]!.AsArray().Select(one => one![name]!.GetValue<string>())];

    public async Task<string> Create(string path, object body)
    {
        var (status, answer, headers) = await Send(HttpMethod.Post, path, JsonSerializer.Serialize(body));
        Assert.True(status == HttpStatusCode.Created, $"{status} {answer}");
        var id = answer!["id"]!.GetValue<string>();
        Assert.EndsWith($"/scim/v2/{path}/{id}", headers.Location!.ToString(), StringComparison.Ordinal);
        return id;
    }

    public Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseHeaders Headers)> Patch(string path, string operations, string? ifMatch = null) =>
        Send(HttpMethod.Patch, path, $$"""{"schemas":["{{PatchOp}}"],"Operations":{{operations}}}""", ifMatch);
}
