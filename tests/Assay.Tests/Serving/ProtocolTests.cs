using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Inference;
using Assay.Tests.Inference.Dialects;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>The protocols of other servers over the platform's endpoints.</summary>
public sealed class ProtocolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_dialect_reaches_an_endpoint_by_its_name_and_answers_alike()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "tiny", "1");
        Customer[] rows = [new(30, 500, "plus"), new(64, null, null)];
        foreach (var wording in Wording.All)
        {
            using var content = wording.Write(rows);
            using var answer = await server.Admin.PostAsync(AtEndpoint(wording.Path), content, Cancel);
            Assert.True(answer.IsSuccessStatusCode, wording.Name);
            var predictions = wording.Predictions(await answer.Content.ReadAsByteArrayAsync(Cancel), answer.Headers);
            Assert.Equal(TinyModel.Expect(30, 500, "plus"), predictions[0], 1e-6);
        }

        var stats = await Counted(server, "tiny", rows: 2 * Wording.All.Count);
        Assert.Equal((Wording.All.Count, 2 * Wording.All.Count), ((int)stats.Requests, (int)stats.Rows));
    }

    [Theory]
    [InlineData("/v2/models/tiny/infer", "error")]
    [InlineData("/v1/models/tiny:predict", "error")]
    [InlineData("/endpoints/tiny/invocations", "message")]
    public async Task Who_may_not_ask_is_refused_in_the_protocols_own_form(string path, string property)
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Deploy(server, "tiny", "1");
        using var viewer = await server.Client(Role.Viewer);
        using var engineer = await server.Client(Role.MlEngineer);
        Assert.Equal((HttpStatusCode.Unauthorized, true), await Refused(server.Guest, path, property));
        Assert.Equal((HttpStatusCode.Forbidden, true), await Refused(viewer, path, property));
        Assert.Equal((HttpStatusCode.NotFound, true), await Refused(engineer, path.Replace("tiny", "other", StringComparison.Ordinal), property));
        Assert.Equal((HttpStatusCode.BadRequest, true), await Refused(engineer, path, property));
    }

    [Fact]
    public async Task Lists_hold_what_the_caller_may_ask_and_a_token_may_be_the_password()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Deploy(server, "first", "1");
        await Deploy(server, "second", "1");
        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default", "endpoints/second");
        using var limited = await server.As(account);
        var token = limited.DefaultRequestHeaders.Authorization!.Parameter!;
        limited.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"any:{token}")));

        Assert.Equal("""{"models":["second"]}""", await limited.GetStringAsync("/v1/models", Cancel));
        using var index = await limited.PostAsync("/v2/repository/index", null, Cancel);
        Assert.Equal("second", Assert.Single((await Json(index)).EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal("""{"name":"second","ready":true}""", await limited.GetStringAsync("/v2/models/second/ready", Cancel));
        Assert.Equal(HttpStatusCode.Forbidden, (await limited.GetAsync("/v2/models/first/ready", Cancel)).StatusCode);
        Assert.Equal("\n", await limited.GetStringAsync("/endpoints/second/ping", Cancel));
        Assert.Equal("""{"live":true}""", await server.Guest.GetStringAsync("/v2/health/live", Cancel));
        Assert.Contains("\"assay\"", await limited.GetStringAsync("/v2", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loading_makes_an_endpoint_for_production_and_unloading_deletes_it_each_with_its_event()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Promote(server, 1);
        await Change(server, "load");
        using (var answer = await Ask(server.Admin, "churn"))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Production", (await Show(server, "churn")).Endpoint.Target);
        await Change(server, "unload");
        using (var answer = await Ask(server.Admin, "churn"))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var events = await server.Admin.GetStringAsync("/api/v1/ledger", Cancel);
        Assert.Contains("endpoint.deployed", events, StringComparison.Ordinal);
        Assert.Contains("endpoint.deleted", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_unloaded_comes_back_as_it_was_and_what_never_was_is_told_what_it_lacks()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Register(server, bias: 1);
        var (status, said) = await Load(server, null);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith("No version of a model 'churn' is in Production, which an endpoint made by loading follows. Promote one,", said, StringComparison.Ordinal);

        using var put = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn", new { model = "churn", version = "1", limits = new { rowsMax = 7 } }, Cancel);
        put.EnsureSuccessStatusCode();
        await Change(server, "unload");
        await Change(server, "load");
        var endpoint = (await Show(server, "churn")).Endpoint;
        Assert.Equal(("1", (int?)1), (endpoint.Target, endpoint.Version));
        Assert.Equal(7, (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/endpoints/churn/limits", Cancel)).GetProperty("rowsMax").GetInt32());
    }

    [Theory]
    [InlineData("GET", "/v2/models/tiny/config")]
    [InlineData("POST", "/v2/models/tiny/generate")]
    [InlineData("POST", "/v2/models/tiny/versions/1/generate_stream")]
    public async Task Extensions_that_are_not_spoken_are_refused_in_the_protocols_form_and_not_the_registrys(string method, string path)
    {
        await using var server = await TestServer.Start();
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await server.Admin.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal($"There is no {method} {path} here. A model has its metadata, /ready, /stats and /infer.", (await Json(answer)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("/v2/models/tiny/infer")]
    [InlineData("/v1/models/tiny:predict")]
    public async Task A_question_by_GET_is_a_405_in_the_protocols_form_and_not_the_registrys(string path)
    {
        await using var server = await TestServer.Start();
        using var answer = await server.Admin.GetAsync(path, Cancel);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, answer.Content.Headers.Allow.Single()));
        Assert.Equal($"Ask {path} with POST.", (await Json(answer)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("""{"parameters":{"config":"{}"}}""", "config")]
    [InlineData("""{"parameters":{"config":"no json"}}""", "config")]
    [InlineData("""{"parameters":{"file:1/model.onnx":"AAAA"}}""", "file:1/model.onnx")]
    public async Task What_a_load_cant_do_is_refused_and_named(string body, string parameter)
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: 0);
        await Deploy(server, "churn", "1");
        var (status, said) = await Load(server, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith($"The parameter '{parameter}' can't be followed", said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Load(server, """{"parameters":{"unload_dependents":false}}""")).Status);
    }

    private static async Task<(HttpStatusCode Status, string? Said)> Load(TestServer server, string? body)
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await server.Admin.PostAsync("/v2/repository/models/churn/load", content, Cancel);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : (await Json(answer)).GetProperty("error").GetString());
    }

    private static async Task Change(TestServer server, string verb) =>
        (await server.Admin.PostAsync($"/v2/repository/models/churn/{verb}", null, Cancel)).EnsureSuccessStatusCode();

    private static string AtEndpoint(string path) => path is "/predict" or "/invocations" ? $"/endpoints/tiny{path}" : path;

    private static async Task<(HttpStatusCode Status, bool InForm)> Refused(HttpClient client, string path, string property)
    {
        using var answer = await client.PostAsync(path, new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
        return (answer.StatusCode, (await Json(answer)).TryGetProperty(property, out _));
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
}
