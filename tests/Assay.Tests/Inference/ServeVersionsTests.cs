using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Inference.OpenInference.Grpc;
using Assay.Registry;
using Assay.Serve;
using Assay.Tests.Inference.Grpc;
using Grpc.Core;

namespace Assay.Tests.Inference;

/// <summary>The slim server with several versions of one model.</summary>
public sealed class ServeVersionsTests : IDisposable
{
    private const string Row = """{"inputs":[{"name":"age","datatype":"FP64","shape":[1],"data":[30]},{"name":"balance","datatype":"FP64","shape":[1],"data":[500]},{"name":"plan","datatype":"BYTES","shape":[1],"data":["plus"]}]}""";
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-versions-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Models => Path.Combine(_folder, "tiny");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_answers_by_its_number_and_the_highest_whoever_names_none()
    {
        await using var server = await ServeHost.Start(Options(2, 9, 10), Cancel);
        foreach (var (path, bias, version) in new[] { ("/v2/models/tiny", 10, "10"), ("/v2/models/tiny/versions/2", 2, "2"), ("/v2/models/tiny/versions/9", 9, "9") })
        {
            var answer = await Said(server, $"{path}/infer", Row);
            Assert.Equal((path, version), (path, answer.GetProperty("model_version").GetString()));
            Assert.Equal(TinyModel.Expect(30, 500, "plus", bias), answer.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble(), 1e-6);
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(At(server, $"{path}/ready"), Cancel)).StatusCode);
        }

        Assert.Equal(TinyModel.Expect(30, 500, "plus", 10), (await Said(server, "/predict", "[[30,500,\"plus\"]]")).GetProperty("predictions")[0].GetDouble(), 1e-6);
        Assert.Equal("[\"10\",\"9\",\"2\"]", (await Get(server, "/v2/models/tiny")).GetProperty("versions").GetRawText());
        await PrometheusText.Once(_http, server.Addresses.Metrics, 2, "inference_rows_total{", "endpoint=\"tiny\"", "version=\"10\"");
        Assert.Equal(["10 1", "9 1", "2 1"], (await Get(server, "/v2/models/stats")).GetProperty("model_stats").EnumerateArray()
            .Select(each => $"{each.GetProperty("version")} {(each.GetProperty("version").GetString() == "10" ? each.GetProperty("inference_count").GetInt64() - 1 : each.GetProperty("inference_count").GetInt64())}"));
        Assert.Equal(HttpStatusCode.NotFound, (await Post(server, "/v2/models/tiny/versions/3/infer", Row)).StatusCode);
        var metrics = await _http.GetStringAsync(server.Addresses.Metrics, Cancel);
        Assert.Equal(1, PrometheusText.Value(metrics, "inference_requests_total{", "endpoint=\"tiny\"", "version=\"9\"", "outcome=\"ok\""));
        Assert.Equal(2, PrometheusText.Value(metrics, "inference_rows_total{", "endpoint=\"tiny\"", "version=\"10\""));
    }

    [Fact]
    public async Task One_is_unloaded_and_loaded_again_while_the_others_answer()
    {
        await using var server = await ServeHost.Start(Options(2, 10), Cancel);
        Assert.Equal(HttpStatusCode.OK, (await Change(server, "unload", """{"parameters":{"version":"10"}}""")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Post(server, "/v2/models/tiny/versions/10/infer", Row)).StatusCode);
        Assert.Equal("2", (await Said(server, "/v2/models/tiny/infer", Row)).GetProperty("model_version").GetString());
        Assert.Equal(["2 READY", "10 UNAVAILABLE"], await Index(server));
        Assert.Equal((HttpStatusCode.NotFound, "'tiny' has no version '3' here; version 2 answers. Leave the version out to ask what answers."), await Change(server, "unload", """{"parameters":{"version":3}}"""));

        Assert.Equal(HttpStatusCode.OK, (await Change(server, "load", """{"parameters":{"version":10}}""")).Status);
        Assert.Equal("10", (await Said(server, "/v2/models/tiny/infer", Row)).GetProperty("model_version").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Change(server, "unload", "{}")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _http.GetAsync(At(server, "/v2/health/ready"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Post(server, "/v2/models/tiny/infer", Row)).StatusCode);
    }

    [Theory]
    [InlineData("""{"specific":{"versions":[2,10]}}""", "10 READY,9 UNAVAILABLE,2 READY")]
    [InlineData("""{"latest":{"num_versions":2}}""", "10 READY,9 READY,2 UNAVAILABLE")]
    [InlineData("""{"latest":{}}""", "10 READY,9 UNAVAILABLE,2 UNAVAILABLE")]
    [InlineData("""{"all":{}}""", "10 READY,9 READY,2 READY")]
    public async Task A_policy_of_Tritons_configuration_says_which_are_loaded(string policy, string index)
    {
        await using var server = await ServeHost.Start(Options(2, 9, 10), Cancel);
        var body = JsonSerializer.Serialize(new { parameters = new { config = $"{{\"version_policy\":{policy}}}" } });
        Assert.Equal((HttpStatusCode.OK, null), await Change(server, "load", body));
        Assert.Equal(index.Split(','), (await Index(server)).OrderByDescending(each => int.Parse(each.Split(' ')[0], null)));
    }

    [Theory]
    [InlineData("""{"parameters":{"config":"{\"backend\":\"onnxruntime\"}"}}""", "config: of a configuration only 'version_policy' can be followed, for a model is served as its version is packaged. Leave 'backend' out.")]
    [InlineData("""{"parameters":{"config":"{\"version_policy\":{\"specific\":{\"versions\":[]}}}"}}""", "config.version_policy.specific.versions: send 1 to 1,000 versions")]
    [InlineData("""{"parameters":{"config":"{\"version_policy\":{\"latest\":{\"num_versions\":0}}}"}}""", "config.version_policy.latest.num_versions: send a whole number from 1")]
    [InlineData("""{"parameters":{"config":"{\"version_policy\":{\"newest\":{}}}"}}""", "config.version_policy: it is not one of 'specific', 'latest' and 'all', each an object. Send a text such as {\"version_policy\":")]
    [InlineData("""{"parameters":{"config":"{\"version_policy\":3}"}}""", "config.version_policy: it is not one object.")]
    [InlineData("""{"parameters":{"config":"no json"}}""", "config: it is no JSON. Send a text such as")]
    [InlineData("""{"parameters":{"config":{"version_policy":{"all":{}}}}}""", "config: it is no text. Send a text such as")]
    [InlineData("""{"parameters":{"version":"\ud800"}}""", "The text is not valid Unicode")]
    [InlineData("""{"parameters":{"config":"{\"version_policy\":{\"all\":{}}}","version":"2"}}""", "'version' and 'config' both choose versions")]
    [InlineData("""{"parameters":{"version":["2"]}}""", "version: it is no text or number. Send one version, such as \"3\", or leave it out.")]
    [InlineData("""{"parameters":{"file:1/model.onnx":"AA=="}}""", "The parameter 'file:1/model.onnx' can't be followed")]
    [InlineData("""{"parameters":{"version":"4"}}""", "'tiny' has no version '4' that could be loaded; there are 2.")]
    public async Task What_a_load_cannot_do_is_refused_and_what_answers_goes_on(string body, string said)
    {
        await using var server = await ServeHost.Start(Options(2), Cancel);
        var (status, problem) = await Change(server, "load", body);
        Assert.True((int)status is 400 or 404);
        Assert.StartsWith(said, problem, StringComparison.Ordinal);
        Assert.Equal("2", (await Said(server, "/v2/models/tiny/infer", Row)).GetProperty("model_version").GetString());
    }

    [Fact]
    public async Task By_grpc_they_are_named_listed_loaded_and_unloaded_like_by_rest()
    {
        await using var server = await ServeHost.Start(Options(2, 10), Cancel);
        using var client = new InferenceClient(server.Addresses.Predict);
        var request = TinyRequest.Typed([new(30, 500, "plus")]);
        Assert.Equal("10", (await client.Infer(request)).ModelVersion);
        request.ModelVersion = "2";
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 2), (await client.Infer(request)).Outputs[0].Contents.Fp32Contents[0], 1e-6);

        // A map's entry: its key, and a number as Triton's clients send it.
        var entry = "\u000a\u0007version\u0012\u0002\u0010\u0002";
        var unload = RepositoryModelUnloadRequest.Parser.ParseFrom(Encoding.ASCII.GetBytes($"\u0012\u0004tiny\u001a{(char)entry.Length}{entry}"));
        await client.Call<RepositoryModelUnloadRequest, RepositoryModelUnloadResponse>("RepositoryModelUnload", unload);
        var failure = await Assert.ThrowsAsync<RpcException>(() => client.Infer(request));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        var index = await client.Call<RepositoryIndexRequest, RepositoryIndexResponse>("RepositoryIndex", new());
        Assert.Equal(["10 READY", "2 UNAVAILABLE"], index.Models.Select(each => $"{each.Version} {each.State}"));
    }

    [Fact]
    public async Task Of_a_folder_of_versions_those_that_come_are_loaded_and_those_that_went_are_forgotten()
    {
        Write(1, 2);
        await using var server = await ServeHost.Start(await FromFolder(_folder), Cancel);   // a folder of models, and this one has versions
        Assert.Equal(["2 READY", "1 READY"], await Index(server));
        Write(3);
        Directory.Delete(Path.Combine(Models, "1"), recursive: true);
        Assert.Equal((HttpStatusCode.OK, null), await Change(server, "load", """{"parameters":{"version":"3"}}"""));
        Assert.Equal(["3 READY", "2 READY", "1 READY"], await Index(server));
        Assert.Equal((HttpStatusCode.OK, null), await Change(server, "load", "{}"));
        Assert.Equal(["3 READY", "2 READY"], await Index(server));
    }

    [Fact]
    public async Task Papers_that_were_exported_beside_versions_and_models_are_none_of_them()
    {
        Write(1, 2);
        foreach (var papers in new[] { Path.Combine(Models, "1.papers"), Models + ".papers" })
            Directory.CreateDirectory(Path.Combine(papers, "keys"));
        using var sources = new ServeSources(null);
        await sources.Add(ServedAs.Parse("tiny"), Models, Cancel);
        Assert.Equal(["tiny 1", "tiny 2"], sources.Packages.Select(package => $"{package.Name} {package.Version}"));
        await using var server = await ServeHost.Start(await FromFolder(_folder), Cancel);
        Assert.Equal(["2 READY", "1 READY"], await Index(server));
    }

    [Fact]
    public async Task A_model_is_given_its_name_and_version_by_the_one_who_serves_it()
    {
        Write(1, 2);
        using var sources = new ServeSources(null);
        await sources.Add(ServedAs.Parse("other"), Models, Cancel);
        await sources.Add(ServedAs.Parse("other:7"), Path.Combine(Models, "2"), Cancel);
        Assert.Equal(["other 1", "other 2", "other 7"], sources.Packages.Select(package => $"{package.Name} {package.Version}"));
        Assert.Equal(Models, sources.VersionFolders["other"]);
        Assert.Throws<ServeRefusedException>(() => ServedAs.Parse("a:b:c"));
    }

    [Fact]
    public async Task Callers_under_way_get_the_version_that_stays_when_theirs_is_unloaded()
    {
        await using var server = await ServeHost.Start(Options(2, 10), Cancel);
        var slow = new SlowBody(Row);
        var asking = _http.PostAsync(At(server, "/v2/models/tiny/infer"), slow, Cancel);
        await slow.Begun.WaitAsync(Cancel);
        Assert.Equal(HttpStatusCode.OK, (await Change(server, "unload", """{"parameters":{"version":"10"}}""")).Status);
        slow.GoOn();
        Assert.Equal("2", (await (await asking).Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("model_version").GetString());
    }

    private ServeOptions Options(params int[] versions)
    {
        Write(versions);
        ServedPackage[] packages = [.. versions.Select(version => new ServedPackage("tiny", Path.Combine(Models, $"{version}"), $"{version}"))];
        return new(packages[0].Folder, 0, MetricsPort: 0, Name: "tiny", Version: packages[0].Version) { More = packages[1..] };
    }

    private static async Task<ServeOptions> FromFolder(string folder)
    {
        using var sources = new ServeSources(null);
        await sources.Add(new(), folder, Cancel);
        var first = sources.Packages[0];
        return new(first.Folder, 0, Name: first.Name, Version: first.Version) { More = [.. sources.Packages.Skip(1)], ModelsFolder = sources.ModelsFolder, VersionFolders = sources.VersionFolders };
    }

    // Each with its number as its bias.
    private void Write(params int[] versions)
    {
        using var keys = new TemporaryFolder();
        foreach (var version in versions)
        {
            var folder = TinyModel.WriteTo(Path.Combine(Models, $"{version}"), bias: version);
            SignedFolder.Sign(folder, new FileKeyProvider(keys.Path).Make(1));
        }
    }

    private async Task<IEnumerable<string>> Index(RunningServe server) =>
        (await Said(server, "/v2/repository/index", "{}")).EnumerateArray().Select(model => $"{model.GetProperty("version").GetString()} {model.GetProperty("state").GetString()}");

    private async Task<(HttpStatusCode Status, string? Problem)> Change(RunningServe server, string change, string body)
    {
        using var answer = await Post(server, $"/v2/repository/models/tiny/{change}", body);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString());
    }

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

    /// <summary>A body whose second half is sent when it is told to.</summary>
    private sealed class SlowBody : HttpContent
    {
        private readonly byte[] _bytes;
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource _goOn = new();

        public SlowBody(string json)
        {
            _bytes = Encoding.UTF8.GetBytes(json);
            Headers.ContentType = new("application/json");
        }

        public Task Begun => _begun.Task;

        public void GoOn() => _goOn.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_bytes.AsMemory(0, 10));
            await stream.FlushAsync();
            _begun.SetResult();
            await _goOn.Task;
            await stream.WriteAsync(_bytes.AsMemory(10));
        }

        protected override bool TryComputeLength(out long length) => (length = _bytes.Length) > 0;
    }
}
