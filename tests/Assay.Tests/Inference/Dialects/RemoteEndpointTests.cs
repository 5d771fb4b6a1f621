using System.Text;
using System.Text.Json;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;
using Assay.Tests.Serving;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Models on a server elsewhere, for which a slim server stands here.</summary>
public sealed class RemoteEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_elsewhere_is_asked_in_every_protocol_and_its_signature_is_known_here()
    {
        var folder = Directory.CreateTempSubdirectory("assay-elsewhere-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), OperatorModels.All["greatest three"].Graph, Cancel);
            await using var elsewhere = await ServeHost.Start(new ServeOptions(folder, 0, Name: "top"), Cancel);
            await using var server = await TestServer.Start(adjust: builder => builder.Configuration["Outbound:AllowPrivateNetworks"] = "true");
            var how = $"url: {new Uri(elsewhere.Addresses.Predict, "/")}\nprotocol: open-inference\nmodel: top\n";
            await MlflowPackages.Register(server, "far", ("serve.yaml", Encoding.UTF8.GetBytes(how)));
            await Deploy(server, "far", "1", "far");

            Assert.Equal("""[{"name":"x","datatype":"FP32","shape":[-1,-1]}]""", JsonElement.Parse(await server.Admin.GetStringAsync("/v2/models/far", Cancel)).GetProperty("inputs").GetRawText());
            Assert.Equal("""[{"name":"places","datatype":"INT64","shape":[1,3],"data":[1,3,2]}]""",
                (await Said(server, "/v2/models/far/infer", """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,9,5,7]}],"outputs":[{"name":"places"}]}""")).GetProperty("outputs").GetRawText());
            foreach (var path in (string[])["/v1/models/far:predict", "/endpoints/far/invocations", "/endpoints/far/predict"])
                Assert.Equal("""{"values":[[9,7,5]],"places":[[1,3,2]]}""", (await Said(server, path, """{"instances":[[1,9,5,7]]}""")).GetProperty("predictions").GetRawText());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<JsonElement> Said(TestServer server, string path, string body)
    {
        using var answer = await server.Admin.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
