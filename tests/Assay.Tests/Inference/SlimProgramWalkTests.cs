using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Registry;
using Assay.Serve.Access;
using Assay.Tests.Inference.Grpc;
using Assay.Tests.Inference.Onnx;
using Assay.Tests.Serving;

namespace Assay.Tests.Inference;

/// <summary>
/// A walk through everything that the slim server does, in a process of its own. What is walked through is the program that was
/// built beside these tests, or the one that <c>ASSAY_SLIM_PROGRAM</c> names: set it to the one that was compiled ahead of time,
/// where whatever is found by reflection would be missing.
/// </summary>
public sealed class SlimProgramWalkTests : IDisposable
{
    private const string Program = "ASSAY_SLIM_PROGRAM";
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate;
    private readonly string _key;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SlimProgramWalkTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder["server.pem"], $"{_certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}");
        (_key, var line) = CallerKeys.New("walker", [], manages: true);
        File.WriteAllText(_folder["keys.txt"], line);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Versions_of_a_registry_tensors_graphs_and_programs_answer_over_TLS_to_who_has_a_key_or_a_token()
    {
        await using var issuer = await TestIssuer.Start();
        await using var registry = await TestServer.Start();
        await ServingHost.Register(registry, bias: -2);
        await ServingHost.Register(registry, bias: 1);
        var program = PythonModel.Interpreter;
        Write("images", ("model.onnx", OperatorModels.All["scale an image of bytes"].Graph));
        Write("tokens", ("model.onnx", OperatorModels.All["look tokens up and embed them"].Graph));
        Write("low-1", [.. TinyModel.Files().Select(file => (file.Key, file.Value))]);
        Write("high-2", [.. TinyModel.Files(1).Select(file => (file.Key, file.Value))]);
        Write("mean", ("graph.yaml", "ensemble: [{model: models:/low/1}, {model: models:/high/2}]"u8.ToArray()));
        if (program is not null)
            Write("doubler", PythonModel.Files());
        var oci = $"oci://{registry.Address.Authority}/churn";
        string[] words =
        [
            $"{oci}:1", $"{oci}:2", _folder["images"], _folder["tokens"], _folder["mean"], "--plain-http", "--port", "0", "--json",
            "--tls-certificate", _folder["server.pem"], "--keys", _folder["keys.txt"], "--oidc-issuer", issuer.Address, "--oidc-audience", TestIssuer.Audience,
            .. program is null ? (string[])[] : [_folder["doubler"], "--run", program],
        ];

        using var serving = await Start(words, registry);
        try
        {
            var origin = await OriginOf(serving);
            using var http = Client(origin, _key);
            Assert.Equal(TinyModel.Expect(30, 500, "plus", 1), (await Ask(http, "/endpoints/churn/predict", """[[30,500,"plus"]]""")).GetProperty("predictions")[0].GetDouble(), 1e-6);
            await Versions(http, origin);
            await Reasons(http);
            await Tensors(http);
            var mean = (TinyModel.Expect(30, 500, "plus") + TinyModel.Expect(30, 500, "plus", 1)) / 2;
            var asked = await Ask(http, "/endpoints/mean/predict", """{"dataframe_records":[{"age":30,"balance":500,"plan":"plus"}]}""");
            Assert.Equal(mean, asked.GetProperty("predictions")[0].GetDouble(), 1e-6);
            if (program is not null)
                Assert.Equal("""{"predictions": [2, 5.0]}""", (await Ask(http, "/endpoints/doubler/predict", """{"inputs":{"x":[1,2.5]}}""")).GetRawText());
            await Strangers(origin, issuer);
        }
        finally
        {
            serving.Kill(entireProcessTree: true);
            await serving.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task Versions(HttpClient http, Uri origin)
    {
        var index = (await Ask(http, "/v2/repository/index", "{}")).EnumerateArray().Where(each => each.GetProperty("name").GetString() == "churn");
        Assert.Equal(["2 READY", "1 READY"], index.Select(each => $"{each.GetProperty("version")} {each.GetProperty("state")}"));
        using var grpc = new InferenceClient(origin, _key, handler: Handler());
        var request = TinyRequest.Typed([new(30, 500, "plus")], "churn");
        request.ModelVersion = "1";
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), (await grpc.Infer(request)).Outputs[0].Contents.Fp32Contents[0], 1e-6);
        var body = JsonSerializer.Serialize(new { parameters = new { config = """{"version_policy":{"specific":{"versions":[1]}}}""" } });
        using var changed = await http.PostAsync("/v2/repository/models/churn/load", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("[\"1\"]", (await http.GetFromJsonAsync<JsonElement>("/v2/models/churn", Cancel)).GetProperty("versions").GetRawText());
    }

    private static async Task Reasons(HttpClient http)
    {
        Assert.Equal(3, (await http.GetFromJsonAsync<JsonElement>("/endpoints/churn/schema", Cancel)).GetProperty("inputs").GetArrayLength());
        Assert.True((await Ask(http, "/endpoints/churn/explain", """[[30,500,"plus"]]""")).GetProperty("explanations").GetArrayLength() == 1);
        await Ask(http, "/endpoints/churn/counterfactuals", """{"row":[30,500,"plus"]}""");
        await Ask(http, "/endpoints/churn/invocations", """{"dataframe_split":{"columns":["age","balance","plan"],"data":[[30,500,"plus"]]}}""");
        Assert.True((await http.GetFromJsonAsync<JsonElement>("/v2/models/stats", Cancel)).GetProperty("model_stats").GetArrayLength() > 3);
    }

    private static async Task Tensors(HttpClient http)
    {
        var image = await Ask(http, "/v2/models/images/infer", """{"inputs":[{"name":"image","datatype":"UINT8","shape":[1,2,2,1],"data":[0,128,255,64]}]}""");
        Assert.Equal((0 + 128 + 255 + 64) / 4.0 / 255, image.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble(), 0.001);
        var text = await Ask(http, "/endpoints/tokens/predict", """{"inputs":{"tokens":[["good","bad"],["good","größer"]]}}""");
        Assert.Equal([0, 0.75, 1, 0.5], text.GetProperty("predictions").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(each => each.GetDouble()));
    }

    private async Task Strangers(Uri origin, TestIssuer issuer)
    {
        foreach (var (secret, status) in new[] { (issuer.Token("nightly"), 200), (issuer.Token("nightly", "ES256"), 200), (issuer.Token("nightly", audience: "urn:another"), 401), ("assay_guess", 401) })
        {
            using var http = Client(origin, secret);
            using var answer = await http.PostAsync("/endpoints/churn/predict", new StringContent("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    private async Task<Process> Start(string[] words, TestServer registry)
    {
        var named = Environment.GetEnvironmentVariable(Program);
        var start = named is { Length: > 0 } ? new ProcessStartInfo(named, words) : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Assay.Serve.dll"), .. words]);
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{(await File.ReadAllTextAsync(registry.Home.AdminTokenFile, Cancel)).Trim()}"));
        var known = new { auths = new Dictionary<string, object> { [registry.Address.Authority] = new { auth = pair } } };
        await File.WriteAllTextAsync(_folder["auth.json"], JsonSerializer.Serialize(known), Cancel);
        start.Environment["REGISTRY_AUTH_FILE"] = _folder["auth.json"];
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return Process.Start(start)!;
    }

    private static async Task<Uri> OriginOf(Process serving)
    {
        var problems = serving.StandardError.ReadToEndAsync(Cancel);
        while (await serving.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains("\"predict\"", StringComparison.Ordinal))
            {
                _ = serving.StandardOutput.ReadToEndAsync(Cancel);
                return new Uri(new Uri(line.Split('"')[3]), "/");
            }
        }

        throw new InvalidOperationException($"It did not start: {await problems}");
    }

    private HttpClient Client(Uri origin, string secret)
    {
        var http = new HttpClient(Handler()) { BaseAddress = origin };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return http;
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString();
        return handler;
    }

    private void Write(string name, params (string Path, byte[] Content)[] files)
    {
        Directory.CreateDirectory(_folder[name]);
        foreach (var (path, content) in files)
            File.WriteAllBytes(Path.Combine(_folder[name], path), content);
        SignedFolder.Sign(_folder[name], new FileKeyProvider(Directory.CreateDirectory(_folder["signing"]).FullName).Make(1));
    }

    private static async Task<JsonElement> Ask(HttpClient http, string path, string body)
    {
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonElement.Parse(text);
    }
}
