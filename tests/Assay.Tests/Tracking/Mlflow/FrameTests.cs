using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Governance.SignIn;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>What holds for all of MLflow's API: projects, sign-in, how fields are read and errors written.</summary>
public sealed class FrameTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_a_tracking_server_of_its_own()
    {
        await using var server = await TestServer.Start();
        var fraud = new MlflowClient(await server.Client(Role.MlEngineer, "fraud"), "fraud");
        var id = await fraud.Experiment("secret");
        Assert.Equal(["Default", "secret"], await Experiments(fraud));
        Assert.Equal(["Default"], await Experiments(new(server.Admin)));

        // The header of newer clients means the same, and so do the paths of the web pages.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ajax-api/2.0/mlflow/experiments/get?experiment_id={id}");
        request.Headers.Add("X-MLFLOW-WORKSPACE", "fraud");
        var found = await MlflowClient.Expect(await server.Admin.SendAsync(request, Cancel));
        Assert.Equal("secret", (string)found["experiment"]!["name"]!);
        await new MlflowClient(server.Admin).IsMissing($"No Experiment with id={id} exists", $"/experiments/get?experiment_id={id}");
    }

    [Theory]
    [InlineData("nobody-made-this", HttpStatusCode.NotFound)]
    [InlineData("../default", HttpStatusCode.BadRequest)]
    public async Task A_workspace_that_is_no_project_is_refused(string workspace, HttpStatusCode status)
    {
        var server = shared.Server;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/experiments/get?experiment_id=0");
        request.Headers.Add("X-MLFLOW-WORKSPACE", workspace);
        Assert.Equal(status, (await server.Admin.SendAsync(request, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_guest_and_a_reader_are_refused_in_the_form_of_MLflow()
    {
        var server = shared.Server;
        using var asked = await server.Guest.GetAsync("/api/2.0/mlflow/experiments/get?experiment_id=0", Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Equal("Basic realm=\"mlflow\"", asked.Headers.WwwAuthenticate.ToString());
        Assert.Equal("UNAUTHENTICATED", (string)(await asked.Content.ReadFromJsonAsync<JsonObject>(Cancel))!["error_code"]!);

        var reader = new MlflowClient(await server.Client(Role.Viewer));
        await reader.Get("/experiments/get?experiment_id=0");
        await reader.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", "/experiments/create", new { name = "x" });
    }

    [Fact]
    public async Task A_name_with_a_password_signs_in_and_a_token_in_its_place_too()
    {
        var server = shared.Server;
        var ada = await server.PersonWithPassword("ada");
        await server.Bind(ada.Id, Role.MlEngineer, "default");
        var account = await server.Account();
        await server.Bind(account.Id, Role.MlEngineer, "default");
        var token = (await server.Make<CreatedToken>("tokens", new { name = "test", principal = account.Id })).Token;
        foreach (var (password, status) in new[] { (Browser.GoodPassword, HttpStatusCode.OK), (token, HttpStatusCode.OK), ("not the password", HttpStatusCode.Unauthorized) })
        {
            for (var again = 0; again < 3; again++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/2.0/mlflow/experiments/get?experiment_id=0");
                request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"ada:{password}")));
                Assert.Equal(status, (await server.Guest.SendAsync(request, Cancel)).StatusCode);
            }
        }
    }

    [Fact]
    public async Task Clients_ask_for_health_and_version_before_they_sign_in()
    {
        var server = shared.Server;
        Assert.Equal("OK", await server.Guest.GetStringAsync("/health", Cancel));
        Assert.Matches("^3\\.\\d+\\.\\d+$", await server.Guest.GetStringAsync("/projects/default/version", Cancel));
    }

    [Fact]
    public async Task Fields_are_read_as_old_and_new_clients_write_them()
    {
        var client = shared.Client;
        await client.Post("/experiments/create", """{"name": "fields", "a_field_of_tomorrow": {"x": [1]}, "artifact_location": null}""");
        await client.Post("/experiments/create", """ "{\"name\": \"fields twice encoded\"}" """);
        foreach (var view in new object[] { "ALL", 3, "3" })
            Assert.Equal(2, (await client.Post("/experiments/search", new { max_results = "10", view_type = view, filter = "name LIKE 'fields%'" }))["experiments"]!.AsArray().Count);
        Assert.Single((await client.Get("/experiments/search?max_results=10&order_by=name%20DESC&order_by=experiment_id&filter=name%3D'fields'"))["experiments"]!.AsArray());
        Assert.Equal("{}", (await client.Post("/experiments/search", new { max_results = 10, filter = "name = 'none'" })).ToJsonString());
    }

    [Theory]
    [InlineData("{\"name\": 123}", "Invalid value 123 for parameter 'name' supplied")]
    [InlineData("{}", "Missing value for required parameter 'name'")]
    [InlineData("{\"name\": \"\"}", "Missing value for required parameter 'name'")]
    [InlineData("[]", "Missing value for required parameter 'name'")]
    [InlineData("null", "Missing value for required parameter 'name'")]
    [InlineData("{\"name\": \"x\", \"artifact_location\": 9.0}", "Invalid value 9.0 for parameter 'artifact_location'")]
    [InlineData("{\"name\": \"x\", \"tags\": \"5\"}", "Invalid value \"5\" for parameter 'tags'")]
    [InlineData("{\"name\": \"x\", \"tags\": [{\"value\": \"v\"}]}", "Invalid value [{\"value\":\"v\"}] for parameter 'tags'")]
    [InlineData("{\"name\": \"\\ud800\"}", "'name'")]
    public async Task A_body_that_makes_no_sense_is_refused_by_the_name_of_the_field(string body, string words)
    {
        await shared.Client.RefusesValue(words, "/experiments/create", body);
    }

    [Theory]
    [InlineData(null, "Content-Type header is missing")]
    [InlineData("text/plain", "must be one of ['application/json']")]
    public async Task A_body_needs_its_content_type(string? type, string words)
    {
        var server = shared.Server;
        using var content = new ByteArrayContent("{\"name\": \"x\"}"u8.ToArray());
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var answer = await server.Admin.PostAsync("/api/2.0/mlflow/experiments/create", content, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(words, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> Experiments(MlflowClient client) =>
        (await client.Post("/experiments/search", new { max_results = 100, order_by = new[] { "name" } }))["experiments"]!.AsArray().Select(row => (string)row!["name"]!);
}
