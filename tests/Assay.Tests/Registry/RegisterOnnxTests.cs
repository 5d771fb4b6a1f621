using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Tests.Inference.Onnx;
using Assay.Tests.Serving;

namespace Assay.Tests.Registry;

/// <summary>ONNX files that become versions.</summary>
public sealed class RegisterOnnxTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_becomes_a_signed_version_that_answers_and_what_does_not_load_becomes_none()
    {
        await using var server = await TestServer.Start();
        using var viewer = await server.Client("viewer");
        var graph = OperatorModels.All["greatest three"].Graph;
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(viewer, "top", graph)).StatusCode);

        foreach (var broken in (byte[][])[[], [1, 2, 3], graph[..^20]])
        {
            using var refused = await Post(server.Admin, "top", broken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.StartsWith("It is no ONNX graph that can be served", await ServingHost.Detail(refused), StringComparison.Ordinal);
        }

        using var answer = await Post(server.Admin, "top", graph);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/models/top/versions/1"), (answer.StatusCode, answer.Headers.Location?.ToString()));
        var made = (await answer.Content.ReadFromJsonAsync<ModelVersionDetail>(AssayJson.Options, Cancel))!;
        Assert.Equal(["model.onnx"], made.Files.Select(file => file.Path).Where(path => path.EndsWith(".onnx", StringComparison.Ordinal)));
        using var verified = await server.Admin.PostAsync("/api/v1/models/top/versions/1/verify", null, Cancel);
        Assert.True((await verified.Content.ReadFromJsonAsync<SignatureReport>(AssayJson.Options, Cancel))!.Verified);

        await ServingHost.Deploy(server, "top", "1", "top");
        using var asked = await ServingHost.Ask(server.Admin, "top", "[[1,9,5,7]]");
        Assert.Contains("[[9,7,5]]", await asked.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> Post(HttpClient client, string name, byte[] file) =>
        client.PostAsync($"/api/v1/models/{name}/onnx", new ByteArrayContent(file) { Headers = { ContentType = new("application/octet-stream") } }, Cancel);
}
