using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;
using Assay.Tests.Serving;

namespace Assay.Tests.Inference;

/// <summary>Models at the slim server that are programs, servers elsewhere, or graphs of others.</summary>
public sealed class ServeKindsTests : IDisposable
{
    private const string Doubled = """{"inputs":{"x":[1,2.5]}}""";
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_program_that_is_killed_is_a_503_comes_back_and_is_gone_with_the_server()
    {
        PythonModel.Need();
        var folder = Write("doubler", PythonModel.Files());
        var kinds = new ServedKinds { Processes = new() { Enabled = true, AllowedPrograms = [PythonModel.Interpreter!], StartSeconds = 60, BackOffSeconds = 0.2 } };
        int child;
        await using (var server = await ServeHost.Start(new ServeOptions(folder, 0, Name: "doubler") { Kinds = kinds }, Cancel))
        {
            Assert.Equal("""{"predictions": [2, 5.0]}""", (await Said(server, "/predict", Doubled)).Text);
            Assert.Equal("""{"predictions": [2, 5.0]}""", (await Said(server, "/v1/models/doubler:predict", Doubled)).Text);
            var why = JsonElement.Parse((await Said(server, "/v1/models/doubler:explain", Doubled)).Text).GetProperty("explanations");
            Assert.Equal([2, 5], why.EnumerateArray().Select(row => row.GetProperty("attributions")[0].GetProperty("attribution").GetDouble()));
            child = JsonElement.Parse((await Said(server, "/predict", """{"inputs":{},"params":{"do":"tell"}}""")).Text).GetProperty("predictions").GetProperty("id").GetInt32();
            using (var program = Process.GetProcessById(child))
                program.Kill();
            var failed = await Until(server, HttpStatusCode.ServiceUnavailable);
            Assert.Contains("is started again", failed.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await Until(server, HttpStatusCode.OK)).Status);
            child = JsonElement.Parse((await Said(server, "/predict", """{"inputs":{},"params":{"do":"tell"}}""")).Text).GetProperty("predictions").GetProperty("id").GetInt32();
        }

        await ServingHost.Until(() => Task.FromResult(!Directory.Exists($"/proc/{child}")));
    }

    [Theory]
    [InlineData(0.5, 0, 0.5)]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(0.5, 2, 1)]
    [InlineData(0.5, 3, 2)]
    [InlineData(0.5, 7, 32)]
    [InlineData(0.5, 8, 60)]
    [InlineData(0.5, int.MaxValue, 60)]
    [InlineData(600, 1, 60)]
    public void Pauses_between_starts_double_up_to_a_minute(double first, int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new ProcessOptions { BackOffSeconds = first }.BackOff(failures));

    [Fact]
    public async Task What_nobody_allowed_is_neither_started_nor_asked()
    {
        var program = Write("program", ("serve.yaml", "command: [python3, server.py, \"{port}\"]"u8.ToArray()));
        Assert.EndsWith("('assay serve': --run PROGRAM).", (await Refused(program, new())).Message, StringComparison.Ordinal);
        Assert.EndsWith("('assay serve': --run python3).", (await Refused(program, new() { Processes = new ProcessOptions { Enabled = true } })).Message, StringComparison.Ordinal);
        var remote = Write("remote", ("serve.yaml", "url: http://127.0.0.1:9/"u8.ToArray()));
        Assert.Contains("('assay serve': --ask 127.0.0.1)", (await Refused(remote, new())).Message, StringComparison.Ordinal);
        Assert.Contains("There was no answer from 127.0.0.1:9", (await Refused(remote, new() { Hosts = ["127.0.0.1:9"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_elsewhere_is_asked_for_its_model()
    {
        var near = Write("near", ("model.onnx", OperatorModels.All["greatest three"].Graph));
        await using var elsewhere = await ServeHost.Start(new ServeOptions(near, 0, Name: "top"), Cancel);
        var how = $"url: {new Uri(elsewhere.Addresses.Predict, "/")}\nprotocol: open-inference\nmodel: top\n";
        var far = Write("far", ("serve.yaml", Encoding.UTF8.GetBytes(how)));
        await using var server = await ServeHost.Start(new ServeOptions(far, 0, Name: "far") { Kinds = new() { Hosts = ["127.0.0.1"] } }, Cancel);
        Assert.Equal("""{"predictions":{"values":[[9,7,5]],"places":[[1,3,2]]}}""", (await Said(server, "/predict", """{"instances":[[1,9,5,7]]}""")).Text);
        var why = JsonElement.Parse((await Said(server, "/v1/models/far:explain", """{"instances":[[1,9,5,7]]}""")).Text).GetProperty("explanations")[0];
        Assert.Equal(9, why.GetProperty("attributions").EnumerateArray().Sum(each => each.GetProperty("attribution").GetDouble()), 1e-5);
    }

    [Fact]
    public async Task A_graph_finds_its_members_beside_it_once_they_verify()
    {
        TinyModel.WriteTo(_folder["low-1"]);
        TinyModel.WriteTo(_folder["high-2"], bias: 1);
        var graph = Write("mean", ("graph.yaml", "ensemble: [{model: models:/low/1}, {model: models:/high/2}]"u8.ToArray()));
        var changed = new GraphMembers(folder => folder.EndsWith("high-2", StringComparison.Ordinal) ? "high-2 is not served: it was changed." : null);
        Assert.Contains("it was changed", (await Refused(graph, new() { Member = changed.Find })).Message, StringComparison.Ordinal);
        Assert.Contains("call it 'low-1'", (await Refused(graph, new())).Message, StringComparison.Ordinal);

        var members = new GraphMembers(_ => null);
        await using var server = await ServeHost.Start(new ServeOptions(graph, 0, Name: "mean") { Kinds = new() { Member = members.Find } }, Cancel);
        using var answer = await _http.PostAsync(server.Addresses.Predict, Json("""{"dataframe_records":[{"age":30,"balance":500,"plan":"plus"}]}"""), Cancel);
        var mean = (TinyModel.Expect(30, 500, "plus") + TinyModel.Expect(30, 500, "plus", 1)) / 2;
        Assert.Equal(mean, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("predictions")[0].GetDouble(), 1e-6);
        Assert.Equal("low/1, high/2", answer.Headers.GetValues("Assay-Members").Single());
    }

    [Fact]
    public async Task A_graph_in_a_folder_of_models_finds_its_members_among_their_versions()
    {
        TinyModel.WriteTo(_folder["all/low/1"]);
        TinyModel.WriteTo(_folder["all/low/2"], bias: 1);
        var graph = Write("all/chosen/7", ("graph.yaml", "ensemble: [{model: models:/low/2}]"u8.ToArray()));
        var members = new GraphMembers(_ => null);
        await using var server = await ServeHost.Start(new ServeOptions(graph, 0, Name: "chosen", Version: "7") { Kinds = new() { Member = members.Find } }, Cancel);
        using var answer = await _http.PostAsync(new Uri(server.Addresses.Predict, "/v1/models/chosen:predict"), Json("""{"instances":[{"age":30,"balance":500,"plan":"plus"}]}"""), Cancel);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("predictions")[0].GetDouble(), 1e-6);
    }

    [Fact]
    public async Task A_graph_from_a_registry_brings_each_member_once()
    {
        var graph = Write("twice", ("graph.yaml", "sequence: [{model: models:/a/1}, {model: models:/b/2}, {model: models:/a/1}]"u8.ToArray()));
        var members = new GraphMembers(_ => null);
        var brought = new List<string>();
        await members.Bring(graph, (model, version) =>
        {
            brought.Add($"{model}:{version}");
            return Task.FromResult($"/at/{model}");
        });
        Assert.Equal(["a:1", "b:2"], brought);
        Assert.Equal(("/at/b", null), (members.Find(graph, "b", "2"), members.Find(graph, "../twice", "2")));
    }

    private async Task<InvalidModelException> Refused(string folder, ServedKinds kinds) =>
        await Assert.ThrowsAsync<InvalidModelException>(() => ServeHost.Start(new ServeOptions(folder, 0) { Kinds = kinds }, Cancel));

    private string Write(string name, params (string Path, byte[] Content)[] files)
    {
        Directory.CreateDirectory(_folder[name]);
        foreach (var (path, content) in files)
            File.WriteAllBytes(Path.Combine(_folder[name], path), content);
        return _folder[name];
    }

    private async Task<(HttpStatusCode Status, string Text)> Said(RunningServe server, string path, string body)
    {
        using var answer = await _http.PostAsync(new Uri(server.Addresses.Predict, path), Json(body), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<(HttpStatusCode Status, string Text)> Until(RunningServe server, HttpStatusCode status)
    {
        (HttpStatusCode Status, string Text) said = default;
        await ServingHost.Until(async () => (said = await Said(server, "/predict", Doubled)).Status == status);
        return said;
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
