using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Governance.Access;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Kernel;
using Assay.Tests.Inference;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class ExplainEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_may_predict_is_told_why_and_nobody_else()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var engineer = await server.Client(Role.MlEngineer);
        using var viewer = await server.Client(Role.Viewer);

        using var answer = await Explain(engineer, "churn");
        var explained = (await answer.Content.ReadFromJsonAsync<ExplanationAnswer>(AssayJson.Options, Cancel))!;
        var row = Assert.Single(explained.Explanations);
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), row.Prediction, 1e-6);
        Assert.Equal(1.5, explained.Base + row.Attributions.Sum(each => each.Attribution), 1e-6);
        Assert.Equal(HttpStatusCode.Forbidden, (await Explain(viewer, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Explain(server.Guest, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Explain(server.Admin, "nothing")).StatusCode);

        using var otherwise = await engineer.PostAsJsonAsync("/endpoints/churn/counterfactuals", new { row = new object[] { 30, 500, "plus" } }, Cancel);
        var found = (await otherwise.Content.ReadFromJsonAsync<CounterfactualAnswer>(AssayJson.Options, Cancel))!;
        Assert.All(found.Counterfactuals, row => Assert.True(row.Prediction < 0.5));
        Assert.NotEmpty(found.Counterfactuals);
        using var refused = await viewer.PostAsJsonAsync("/endpoints/churn/counterfactuals", new { row = new object[] { 30, 500, "plus" } }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // Reasons are no traffic.
        Assert.Equal(0, (await Show(server, "churn")).Stats.Requests);
    }

    private static Task<HttpResponseMessage> Explain(HttpClient client, string name) =>
        client.PostAsync($"/endpoints/{name}/explain", new StringContent("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json"), Cancel);
}
