using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>What newer clients may ask and this server does another way is told so, in their form and with a status that they do not repeat.</summary>
public sealed class RefusedRouteTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/3.0/mlflow/roles/create", "assay access")]
    [InlineData("DELETE", "/api/3.0/mlflow/roles/permissions/remove", "assay access")]
    [InlineData("GET", "/api/3.0/mlflow/users/roles/list", "assay access")]
    [InlineData("PATCH", "/ajax-api/3.0/mlflow/roles/permissions/update", "assay access")]
    [InlineData("POST", "/api/3.0/mlflow/gateway/endpoints/create", "no gateway")]
    [InlineData("GET", "/ajax-api/2.0/mlflow/gateway-proxy", "no gateway")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/runs/create-promptlab-run", "no gateway")]
    public async Task It_is_not_implemented_and_the_message_says_where_to_go(string method, string path, string words)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await shared.Server.Admin.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("NOT_IMPLEMENTED", (string)error["error_code"]!);
        Assert.Contains(words, (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_give_no_roles_is_told_that_and_nothing_more()
    {
        using var answer = await (await shared.Server.Client(Role.Viewer)).PostAsJsonAsync("/api/3.0/mlflow/roles/create", new { name = "x" }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }
}
