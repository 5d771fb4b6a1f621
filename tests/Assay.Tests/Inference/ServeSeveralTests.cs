using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>The slim server with several models.</summary>
public sealed class ServeSeveralTests : IDisposable
{
    private const string Row = """[[30,500,"plus"]]""";
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-several-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_model_answers_under_its_name_in_every_protocol()
    {
        await using var server = await ServeHost.Start(Options(), Cancel);
        Assert.Equal("[\"calm\",\"eager\",\"top\"]", (await Get(server, "/v1/models")).GetProperty("models").GetRawText());
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), First(await Said(server, "/endpoints/calm/predict", Row)), 1e-6);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), First(await Said(server, "/endpoints/eager/invocations", $"{{\"instances\":{Row}}}")), 1e-6);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), First(await Said(server, "/v1/models/eager:predict", $"{{\"instances\":{Row}}}")), 1e-6);
        Assert.Equal("[[9,7,5]]", (await Said(server, "/endpoints/top/predict", "[[1,9,5,7]]")).GetProperty("predictions").GetProperty("values").GetRawText());
        Assert.Equal(3, (await Get(server, "/endpoints/calm/schema")).GetProperty("inputs").GetArrayLength());
        Assert.Equal("\n", await _http.GetStringAsync(At(server, "/endpoints/eager/ping"), Cancel));
        foreach (var path in (string[])["/predict", "/invocations", "/endpoints/none/predict", "/endpoints/none/explain", "/endpoints/none/counterfactuals", "/v2/models/none/infer", "/v1/models/none:explain"])
        {
            using var answer = await Post(server, path, Row);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
        }

        using var nameless = await Post(server, "/predict", Row);
        Assert.Equal("application/problem+json", nameless.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Models are asked by their names here: /endpoints/NAME/predict.", (await nameless.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task One_is_unloaded_and_loaded_again_while_the_others_answer()
    {
        await using var server = await ServeHost.Start(Options(), Cancel);
        Assert.Equal(HttpStatusCode.OK, (await Post(server, "/v2/repository/models/calm/unload", "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Post(server, "/endpoints/calm/predict", Row)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Post(server, "/endpoints/eager/predict", Row)).StatusCode);
        Assert.Equal(["calm UNAVAILABLE", "eager READY", "top READY"], await Index(server));
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(At(server, "/health/ready"), Cancel)).StatusCode);
        TinyModel.WriteTo(Path.Combine(_folder, "calm"), bias: 4);
        Assert.Equal(HttpStatusCode.OK, (await Post(server, "/v2/repository/models/calm/load", "{}")).StatusCode);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 4), First(await Said(server, "/endpoints/calm/predict", Row)), 1e-6);
    }

    [Fact]
    public async Task A_model_that_comes_into_the_folder_is_loaded_by_its_name_and_by_nothing_else()
    {
        await using var server = await ServeHost.Start(Options() with { ModelsFolder = _folder }, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(server, "/v2/repository/models/late/load", "{}")).StatusCode);
        TinyModel.WriteTo(Path.Combine(_folder, "late"), bias: 0);
        Assert.Equal(HttpStatusCode.OK, (await Post(server, "/v2/repository/models/late/load", "{}")).StatusCode);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 0), First(await Said(server, "/endpoints/late/predict", Row)), 1e-6);
        foreach (var name in (string[])["..", "%2e%2e", "..%2Fother", ".hidden", "late%2F..%2Fcalm", "%00"])
            Assert.Contains((await Post(server, $"/v2/repository/models/{name}/load", "{}")).StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.BadRequest]);
    }

    [Fact]
    public async Task What_the_caller_has_something_against_is_not_loaded_and_what_answers_goes_on()
    {
        await using var server = await ServeHost.Start(Options() with { ModelsFolder = _folder, WhyNot = folder => $"{Path.GetFileName(folder)} is not signed." }, Cancel);
        TinyModel.WriteTo(Path.Combine(_folder, "late"), bias: 0);
        foreach (var name in (string[])["late", "calm"])
        {
            using var refused = await Post(server, $"/v2/repository/models/{name}/load", "{}");
            Assert.Equal((HttpStatusCode.BadRequest, $"{name} is not signed."), (refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString()));
        }

        Assert.Equal(HttpStatusCode.OK, (await Post(server, "/endpoints/calm/predict", Row)).StatusCode);
        Assert.Equal(["calm READY", "eager READY", "top READY"], await Index(server));
    }

    [Fact]
    public async Task Two_of_one_name_and_a_package_that_cannot_be_served_are_named()
    {
        var twice = await Assert.ThrowsAsync<InvalidModelException>(() => ServeHost.Start(Options() with { Name = "top" }, Cancel));
        Assert.Equal("Two models are called 'top' and are its version '1'. Give one of them another name or version.", twice.Message);
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        var empty = await Assert.ThrowsAsync<InvalidModelException>(() => ServeHost.Start(Options() with { More = [new("empty", Path.Combine(_folder, "empty"))] }, Cancel));
        Assert.StartsWith("empty: The package has no model.onnx", empty.Message, StringComparison.Ordinal);
    }

    private ServeOptions Options()
    {
        TinyModel.WriteTo(Path.Combine(_folder, "calm"));
        TinyModel.WriteTo(Path.Combine(_folder, "eager"), bias: 1);
        Directory.CreateDirectory(Path.Combine(_folder, "top"));
        File.WriteAllBytes(Path.Combine(_folder, "top", "model.onnx"), OperatorModels.All["greatest three"].Graph);
        return new(Path.Combine(_folder, "calm"), 0, Name: "calm")
        {
            More = [new("eager", Path.Combine(_folder, "eager")), new("top", Path.Combine(_folder, "top"))],
        };
    }

    private async Task<IEnumerable<string>> Index(RunningServe server) =>
        (await Said(server, "/v2/repository/index", "{}")).EnumerateArray().Select(model => $"{model.GetProperty("name").GetString()} {model.GetProperty("state").GetString()}");

    private static double First(JsonElement answer) => answer.GetProperty("predictions")[0].GetDouble();

    private static Uri At(RunningServe server, string path) => new(server.Addresses.Predict, path);

    private Task<JsonElement> Get(RunningServe server, string path) => _http.GetFromJsonAsync<JsonElement>(At(server, path), Cancel);

    private Task<HttpResponseMessage> Post(RunningServe server, string path, string body) =>
        _http.PostAsync(At(server, path), new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<JsonElement> Said(RunningServe server, string path, string body)
    {
        using var answer = await Post(server, path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
