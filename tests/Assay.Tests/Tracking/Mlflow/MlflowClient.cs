using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Calls MLflow's API as its clients do, in a project.</summary>
internal sealed class MlflowClient(HttpClient http, string project = "")
{
    public const string Api = "/api/2.0/mlflow";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Prefix => project.Length == 0 ? "" : $"/projects/{project}";

    public HttpClient Http => http;

    public async Task<JsonObject> Post(string path, object body) => await Expect(await SendPost(path, body));

    public async Task<JsonObject> Get(string path) => await Expect(await SendGet(path));

    public Task<HttpResponseMessage> SendPost(string path, object body) => http.PostAsync(
        Url(path), new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), Cancel);

    public Task<HttpResponseMessage> SendGet(string path) => http.GetAsync(Url(path), Cancel);

    public async Task<JsonObject> Send(string method, string path, object body)
    {
        using var request = new HttpRequestMessage(new(method), Url(path)) { Content = JsonContent.Create(body) };
        return await Expect(await http.SendAsync(request, Cancel));
    }

    /// <summary>That the call is refused with this code, and a message in which these words stand.</summary>
    public async Task Refuses(HttpStatusCode status, string code, string words, string path, object? body = null)
    {
        using var answer = body is null ? await SendGet(path) : await SendPost(path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, $"{path} answered {(int)answer.StatusCode}: {text}");
        var error = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(code, (string)error["error_code"]!);
        Assert.Contains(words, (string)error["message"]!, StringComparison.Ordinal);
    }

    public Task RefusesValue(string words, string path, object? body = null) =>
        Refuses(HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE", words, path, body);

    public Task IsMissing(string words, string path, object? body = null) =>
        Refuses(HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST", words, path, body);

    public async Task<string> Experiment(string name) => (string)(await Post("/experiments/create", new { name }))["experiment_id"]!;

    /// <summary>An experiment whose name begins so, and which nobody else has.</summary>
    public Task<string> NewExperiment(string name) => Experiment($"{name} {Guid.NewGuid():N}");

    public async Task<string> Run(string experiment, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["experiment_id"] = experiment;
        body["start_time"] ??= 1_700_000_000_000;
        return (string)(await Post("/runs/create", body.ToJsonString()))["run"]!["info"]!["run_id"]!;
    }

    public static async Task<JsonObject> Expect(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}: {text}");
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            return JsonNode.Parse(text)!.AsObject();
        }
    }

    private string Url(string path) => path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/ajax-api/", StringComparison.Ordinal)
        ? Prefix + path
        : Prefix + Api + path;
}
