using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Tests.Governance;
using Assay.Tests.Inference;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Models that are programs of their own: a real one of Python, killed, hung and fattened.</summary>
public sealed class ProcessEndpointTests
{
    private const string Doubled = """{"inputs":{"x":[1,2.5]}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_that_is_killed_comes_back_and_until_then_callers_get_a_503_and_its_neighbours_their_answers()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Register(server, bias: -2);
        await Deploy(server, "doubler", "1", "doubler");
        await Deploy(server, "churn", "1");
        Assert.Equal("""{"predictions": [2, 5.0]}""", await Text(server, Doubled));
        Assert.Equal(ModelKind.Process, (await Show(server, "doubler")).Kind);

        Process.GetProcessById((await Told(server)).GetProperty("id").GetInt32()).Kill();
        HttpResponseMessage? unavailable = null;
        for (var tries = 0; tries < 500 && unavailable is null; tries++)
        {
            var answer = await Ask(server.Admin, "doubler", Doubled);
            unavailable = answer.StatusCode == HttpStatusCode.OK ? null : answer;
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable!.StatusCode);
        Assert.NotNull(unavailable.Headers.RetryAfter);
        Assert.Contains("process", await Detail(unavailable), StringComparison.Ordinal);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "churn"), 1e-6);
        await ComesBack(server);
        await Until(async () => (await Stopped(server)).Contains("The model's process was ended by the signal 9."));
        Assert.Null((await Show(server, "doubler")).Endpoint.Problem);
    }

    [Theory]
    [InlineData("die", "The model's process ended by itself with the code 3.")]
    [InlineData("loop", "The model's process answered nothing for 1 seconds and was stopped.")]
    [InlineData("eat", "The model's process took more than 300 MiB of memory and was stopped.")]
    public async Task A_program_that_dies_loops_or_eats_memory_is_stopped_reported_and_started_again(string wish, string sentence)
    {
        PythonModel.Need();
        Assert.SkipWhen(wish == "eat" && !OperatingSystem.IsLinux(), "Memory of processes is watched on Linux only.");
        await using var server = await Start(("CallSeconds", wish == "loop" ? "1" : "30"), ("MemoryMiB", "300"), ("BackOffSeconds", "1"));
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");

        using var answer = await Ask(server.Admin, "doubler", $$$"""{"inputs":{"x":[1]},"params":{"do":"{{{wish}}}"}}""");
        Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, await Detail(answer));
        Assert.NotNull(answer.Headers.RetryAfter);
        await Until(async () => (await Show(server, "doubler")).Endpoint.Problem == sentence);
        await ComesBack(server);
        await Until(async () => (await Stopped(server)).Contains(sentence));
    }

    [Fact]
    public async Task What_a_program_started_ends_with_it_and_keeps_nobody_from_starting_it_again()
    {
        PythonModel.Need();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What left the group is found on Linux only.");
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        var started = Numbers(JsonElement.Parse(await Text(server, """{"inputs":{},"params":{"do":"help"}}"""))).Select(id => (int)id).ToList();
        var (program, inGroup, inSession, apart) = (started[0], started[1], started[2], started[3]);
        try
        {
            Process.GetProcessById(program).Kill();
            await Until(async () => (await Stopped(server)).Contains("The model's process was ended by the signal 9."));
            await ComesBack(server);
            await Until(() => Task.FromResult(!RunningProcess.Is(inGroup) && !RunningProcess.Is(inSession)));
            Assert.True(RunningProcess.Is(apart));   // without a mark, in a session of its own, with both outputs in its hands
        }
        finally
        {
            Process.GetProcessById(apart).Kill();
        }
    }

    [Fact]
    public async Task A_call_whose_program_ends_slowly_gets_a_503_too()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        using var answer = await Ask(server.Admin, "doubler", """{"inputs":{"x":[1]},"params":{"do":"linger"}}""");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The model's process ended while it was being asked. It is started again; try again in a moment."), (answer.StatusCode, await Detail(answer)));
        await ComesBack(server);
    }

    [Fact]
    public async Task A_call_whose_connection_outlives_the_program_gets_a_503_too()
    {
        PythonModel.Need();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files are handed over on Unix only.");
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        var held = Path.GetTempFileName();
        try
        {
            using var answer = await Ask(server.Admin, "doubler", JsonSerializer.Serialize(new { inputs = new { x = new[] { 1 } }, @params = new { @do = "bequeath", held } }));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "The model's process ended while it was being asked. It is started again; try again in a moment."), (answer.StatusCode, await Detail(answer)));
        }
        finally
        {
            if (int.TryParse(await File.ReadAllTextAsync(held, Cancel), out var heir))   // else it never came to that, which the test says already
                Process.GetProcessById(heir).Kill();
            File.Delete(held);
        }
    }

    [Fact]
    public async Task A_call_keeps_its_turn_for_as_long_as_the_program_works_on_it_though_its_caller_left()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        (await server.Admin.PutAsJsonAsync("/api/v1/endpoints/doubler/limits", new { concurrency = 1, queue = 0 }, Cancel)).EnsureSuccessStatusCode();
        var folder = Directory.CreateTempSubdirectory("assay-hold-").FullName;
        var (held, go) = (Path.Combine(folder, "held"), Path.Combine(folder, "go"));
        using var leaving = new CancellationTokenSource();
        var wish = JsonSerializer.Serialize(new { inputs = new { x = new[] { 1 } }, @params = new { @do = "hold", held, go } });
        var call = server.Admin.PostAsync("/endpoints/doubler/predict", new StringContent(wish, System.Text.Encoding.UTF8, "application/json"), leaving.Token);
        await Until(() => Task.FromResult(File.Exists(held)));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        for (var tries = 0; tries < 40; tries++)   // it may take a moment until it is known here that the caller left
        {
            using var busy = await Ask(server.Admin, "doubler", Doubled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, busy.StatusCode);
            await Task.Delay(25, Cancel);
        }

        await File.WriteAllTextAsync(go, "", Cancel);
        await ComesBack(server);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_answer_without_what_is_declared_is_the_models_failure_and_says_what_is_missing()
    {
        PythonModel.Need();
        const string Declared = "inputs: [{name: x, datatype: FP64, shape: [-1]}]\noutputs: [{name: y, datatype: FP64, shape: [-1]}]\n";
        const string Missing = "The model's server left out the output 'y', which the model is declared to have.";
        const string Rows = "The model's server answered 'y' in the shape [3], and was asked about 1 row.";
        const string Unread = "The model's server answered something that can't be read as tensors.";
        var says = Path.GetTempFileName();
        await using var server = await Start(("Environment:MODEL_SAYS", says));
        foreach (var (name, more) in (IEnumerable<(string, string)>)[("plain", ""), ("together", "maxBatchSize: 8\n"), ("open", "protocol: open-inference\n")])
        {
            await MlflowPackages.Register(server, name, PythonModel.Files(more: Declared + more));
            await Deploy(server, name, "1", name);
        }

        async Task<string?> Failed(string name, string answer)
        {
            await File.WriteAllTextAsync(says, answer, Cancel);
            return (await Said(server, $"/v2/models/{name}/infer", """{"inputs":[{"name":"x","datatype":"FP64","shape":[1],"data":[1]}]}""", 500)).GetProperty("error").GetString();
        }

        foreach (var name in (string[])["plain", "together"])
        {
            Assert.Equal(Missing, await Failed(name, """{"predictions":{}}"""));
            Assert.Equal(Missing, await Failed(name, """{"predictions":[{"z":1}]}"""));
            Assert.Equal(Rows, await Failed(name, """{"predictions":[1,2,3]}"""));
            Assert.Equal(Unread, await Failed(name, """{"predictions":[{"y":1},{"z":2}]}"""));
            Assert.Equal(Unread, await Failed(name, """{"predictions":[{"y":1},2]}"""));
            Assert.Equal(Unread, await Failed(name, """{"predictions":{"\ud800":[1]}}"""));
        }

        Assert.Equal(Missing, await Failed("open", """{"outputs":[]}"""));
        Assert.Equal(Rows, await Failed("open", """{"outputs":[{"name":"y","datatype":"FP64","shape":[3],"data":[1,2,3]}]}"""));
        File.Delete(says);
    }

    [Fact]
    public async Task A_program_that_ends_the_connection_and_goes_on_has_failed_and_is_not_gone()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        var process = (await Told(server)).GetProperty("id").GetInt32();
        using var answer = await Ask(server.Admin, "doubler", """{"inputs":{"x":[1]},"params":{"do":"raise"}}""");
        Assert.Equal((HttpStatusCode.InternalServerError, "The model's program ended the connection without an answer, as one does that failed on the request."), (answer.StatusCode, await Detail(answer)));
        Assert.Equal(process, (await Told(server)).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_program_gets_a_folder_of_its_own_and_nothing_of_the_servers_environment()
    {
        PythonModel.Need();
        await using var server = await Start(("Environment:MODEL_MODE", "test"));
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        var told = await Told(server);
        var folder = told.GetProperty("folder").GetString()!;
        var variables = told.GetProperty("variables").EnumerateArray().Select(name => name.GetString()!).Except(["PWD", "SHLVL", "_", "OLDPWD", "LC_CTYPE"]);
        Assert.Equal(["ASSAY_MODEL_RUN", "HOME", "LANG", "MODEL_MODE", "PATH", "TMPDIR"], variables.Order(StringComparer.Ordinal));
        Assert.StartsWith(server.Home.Work, folder, StringComparison.Ordinal);   // which a start clears of what a killed server left
        Assert.Equal(Path.GetDirectoryName(folder), told.GetProperty("home").GetString());
        Assert.Equal(["serve.yaml", "server.py"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        (await server.Admin.DeleteAsync("/api/v1/endpoints/doubler", Cancel)).EnsureSuccessStatusCode();
        await Until(() => Task.FromResult(!Directory.Exists(folder)));
        await Until(() => Task.FromResult(!Directory.Exists($"/proc/{told.GetProperty("id").GetInt32()}")));
    }

    [Fact]
    public async Task What_the_program_refuses_is_the_callers_fault_in_its_own_words()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        await Deploy(server, "doubler", "1", "doubler");
        using var answer = await Ask(server.Admin, "doubler", """{"inputs":{"x":[1]},"params":{"do":"refuse"}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "The model's server refuses the request: x must be positive"), (answer.StatusCode, await Detail(answer)));
    }

    [Fact]
    public async Task A_program_may_speak_the_open_inference_protocol_over_a_socket()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files("{socket}", "protocol: open-inference\nmodel: doubler\n"));
        await Deploy(server, "doubler", "1", "doubler");
        var input = Assert.Single((await Show(server, "doubler")).Signature!.Inputs);
        Assert.Equal(("x", "FP64"), (input.Name, input.Datatype));
        Assert.Equal("""{"predictions":[2,5]}""", await Text(server, Doubled));
        using var refused = await Ask(server.Admin, "doubler", """{"inputs":{"z":[1]}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "The model has no input 'z'. Leave it out; the inputs are 'x'."), (refused.StatusCode, await Detail(refused)));
    }

    [Theory]
    [InlineData("{port}", "inputs: [{name: x, datatype: FP64, shape: [-1]}]\noutputs: [{name: y, datatype: FP64, shape: [-1]}]\n")]
    [InlineData("{socket}", "protocol: open-inference\nmodel: doubler\n")]
    public async Task Callers_speak_any_protocol_whichever_the_program_speaks(string where, string more)
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files(where, more));
        await Deploy(server, "doubler", "1", "doubler");
        const string Open = "/v2/models/doubler/infer";
        Assert.Equal("""[{"name":"y","datatype":"FP64","shape":[2],"data":[2,5]}]""",
            (await Said(server, Open, """{"inputs":[{"name":"x","datatype":"FP64","shape":[2],"data":[1,2.5]}]}""", 200)).GetProperty("outputs").GetRawText());
        Assert.Equal([2, 5], Numbers(await Said(server, "/v1/models/doubler:predict", Doubled, 200)));
        Assert.Equal([2, 5], Numbers(await Said(server, "/endpoints/doubler/invocations", Doubled, 200)));
        Assert.Equal("Input 'x' has the shape [1,2], and the model takes [-1] there, where -1 is any size.",
            (await Said(server, Open, """{"inputs":[{"name":"x","datatype":"FP64","shape":[1,2],"data":[1,2.5]}]}""", 400)).GetProperty("error").GetString());
        Assert.Equal("The model has no output 'z'. The outputs are 'y'.",
            (await Said(server, Open, """{"inputs":[{"name":"x","datatype":"FP64","shape":[1],"data":[1]}],"outputs":[{"name":"z"}]}""", 400)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_program_that_takes_calls_together_answers_each_in_every_form_and_gets_what_says_more_as_it_is()
    {
        PythonModel.Need();
        await using var server = await Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files(more: "maxBatchSize: 8\ninputs: [{name: x, datatype: FP64, shape: [-1]}]\n"));
        await Deploy(server, "doubler", "1", "doubler");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async call =>
            Assert.Equal([call * 2, 5], Numbers(JsonElement.Parse(await Text(server, $$$"""{"inputs":{"x":[{{{call}}},2.5]}}"""))))));
        Assert.Equal([2, 5], Numbers(await Said(server, "/v1/models/doubler:predict", """{"instances":[{"x":1},{"x":2.5}]}""", 200)));
        Assert.Equal([2, 5], Numbers(await Said(server, "/endpoints/doubler/invocations", """{"dataframe_split":{"columns":["x"],"data":[[1],[2.5]]}}""", 200)));
        Assert.Equal("[2,5]", (await Said(server, "/v2/models/doubler/infer", """{"inputs":[{"name":"x","datatype":"FP64","shape":[2],"data":[1,2.5]}]}""", 200)).GetProperty("outputs")[0].GetProperty("data").GetRawText());
        Assert.Contains("'x'", (await Said(server, "/endpoints/doubler/predict", """{"inputs":{"z":[1]}}""", 400)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True((await Told(server)).GetProperty("id").GetInt32() > 0);
    }

    [Fact]
    public async Task Programs_are_off_by_default()
    {
        await using var server = await TestServer.Start();
        await MlflowPackages.Register(server, "doubler", PythonModel.Files());
        using var answer = await Put(server, "doubler", "1", "doubler");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.EndsWith("this server starts none. Whoever runs it can allow that with ModelProcesses:Enabled ('assay serve': --run PROGRAM).", await Detail(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command: [sh, -c, \"sleep 100\", \"{port}\"]", "The package is started by 'sh', which is not among ModelProcesses:AllowedPrograms of this server ('assay serve': --run sh).")]
    [InlineData("command: []", "'command' in serve.yaml is a list of words, such as [python3, server.py, --port, \"{port}\"].")]
    [InlineData("url: ftp://a", "'url' in serve.yaml is no address: write one that begins with https:// or http://, without a password.")]
    [InlineData("protocol: invocations", "serve.yaml needs 'command' or 'url', one of the two; neither is needed beside an MLmodel of Python.")]
    [InlineData("command: [a]\nport: 1", "serve.yaml has 'port', which is not known; it has command, url, protocol, model, inputs, outputs, maxBatchSize.")]
    public async Task What_does_not_say_how_to_serve_is_refused_by_its_field(string yaml, string problem)
    {
        await using var server = await Start();
        await MlflowPackages.Register(server, "odd", ("serve.yaml", System.Text.Encoding.UTF8.GetBytes(yaml)));
        using var answer = await Put(server, "odd", "1", "odd");
        Assert.Equal((HttpStatusCode.Conflict, $"odd (1) can't be served: {problem}"), (answer.StatusCode, await Detail(answer)));
    }

    [Fact]
    public async Task A_program_that_does_not_come_up_is_refused_with_its_last_words_and_the_former_model_goes_on()
    {
        PythonModel.Need();
        await using var server = await Start();
        await Register(server, bias: -2, model: "changing");
        await Deploy(server, "changing", "1", "changing");
        await MlflowPackages.Register(server, "changing", ("serve.yaml", System.Text.Encoding.UTF8.GetBytes($"command: [\"{PythonModel.Interpreter}\", broken.py, \"{{port}}\"]")), ("broken.py", "import nothing_here"u8.ToArray()));
        using var answer = await Put(server, "changing", "2", "changing");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var detail = await Detail(answer);
        Assert.Contains("ended by itself with the code 1. Its last words: ", detail, StringComparison.Ordinal);
        Assert.Contains("No module named 'nothing_here'", detail, StringComparison.Ordinal);
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await Predict(server, "changing"), 1e-6);
    }

    [Fact]
    public async Task A_program_whose_package_has_a_blocking_finding_is_not_started()
    {
        PythonModel.Need();
        await using var server = await Start();
        var evil = "cposix\nsystem\n(S'true'\ntR."u8.ToArray();
        await MlflowPackages.Register(server, "evil", [.. PythonModel.Files(), ("model.pkl", evil)]);
        using var answer = await Put(server, "evil", "1", "evil");
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains("evil version 1 is in quarantine", await Detail(answer), StringComparison.Ordinal);
    }

    private static Task<TestServer> Start(params (string Key, string Value)[] settings) => TestServer.Start(adjust: builder =>
    {
        builder.Configuration["ModelProcesses:Enabled"] = "true";
        builder.Configuration["ModelProcesses:AllowedPrograms:0"] = PythonModel.Interpreter;
        builder.Configuration["ModelProcesses:StartSeconds"] = "60";
        foreach (var (key, value) in settings)
            builder.Configuration[$"ModelProcesses:{key}"] = value;
    });

    private static IEnumerable<double> Numbers(JsonElement answer) => answer.GetProperty("predictions").EnumerateArray().Select(number => number.GetDouble());

    private static async Task<JsonElement> Said(TestServer server, string path, string body, int status)
    {
        using var answer = await server.Admin.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode == status, text);
        return JsonElement.Parse(text);
    }

    private static async Task<string> Text(TestServer server, string body)
    {
        using var answer = await Ask(server.Admin, "doubler", body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task<JsonElement> Told(TestServer server) =>
        JsonDocument.Parse(await Text(server, """{"inputs":{},"params":{"do":"tell"}}""")).RootElement.GetProperty("predictions");

    private static Task ComesBack(TestServer server) => Until(async () =>
    {
        using var answer = await Ask(server.Admin, "doubler", Doubled);
        return answer.IsSuccessStatusCode;
    });

    private static async Task<List<string?>> Stopped(TestServer server)
    {
        var log = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/ledger?type=endpoint.model-stopped", Cancel);
        return [.. log.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("data").GetProperty("problem").GetString())];
    }
}
