using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Routes;

/// <summary>What no route answers gets a sentence all the same, in the words of whoever asks.</summary>
public sealed class LostTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_address_without_a_route_is_told_by_every_method(string method)
    {
        var problem = await Answer(method, "/api/v1/nowhere", HttpStatusCode.NotFound);
        Assert.Equal("There is no route /api/v1/nowhere.", (string)problem["detail"]!);

        foreach (var path in new[] { "/api/2.0/mlflow/nowhere", "/ajax-api/3.0/mlflow/traces/a/b/c/d", "/projects/default/api/2.0/mlflow/nowhere.json", "/api/2.0/mlflow-artifacts/nowhere" })
        {
            var error = await Answer(method, path, HttpStatusCode.NotFound);
            Assert.Equal("ENDPOINT_NOT_FOUND", (string)error["error_code"]!);
            Assert.StartsWith("There is no route /api/", (string)error["message"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_route_that_takes_another_method_says_which()
    {
        var problem = await Answer("DELETE", "/health/live", HttpStatusCode.MethodNotAllowed);
        Assert.Equal(("method-not-allowed", "/health/live does not take DELETE: it takes GET."), ((string)problem["title"]!, (string)problem["detail"]!));
        problem = await Answer("PATCH", "/api/v1/experiments", HttpStatusCode.MethodNotAllowed);
        Assert.Contains("GET", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains("POST", (string)problem["detail"]!, StringComparison.Ordinal);

        using var answer = await shared.Server.Admin.GetAsync("/api/2.0/mlflow/runs/create", Cancel);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        Assert.Equal("BAD_REQUEST", (string)error["error_code"]!);
        Assert.Equal("/api/2.0/mlflow/runs/create does not take GET: it takes POST.", (string)error["message"]!);
    }

    [Fact]
    public async Task A_body_of_a_type_that_the_route_does_not_take_is_named()
    {
        using var text = new StringContent("name", Encoding.UTF8, "text/plain");
        using var answer = await shared.Server.Admin.PostAsync("/api/v1/projects", text, Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("text/plain", (string)(await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_get_a_page()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere/at.all");
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await shared.Server.Guest.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("There is no such page", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<JsonObject> Answer(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await shared.Server.Guest.SendAsync(request, Cancel);
        Assert.Equal(status, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }
}
