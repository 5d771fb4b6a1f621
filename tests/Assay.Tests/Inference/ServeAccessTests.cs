using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Assay.Inference.Protocols.Connections;
using Assay.Inference.OpenInference.Grpc;
using Assay.Serve;
using Assay.Serve.Access;
using Assay.Tests.Inference.Grpc;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Tests.Inference;

/// <summary>The slim server that answers known callers alone.</summary>
public sealed class ServeAccessTests : IDisposable
{
    private const string Row = """[[30,500,"plus"]]""";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Keys => _folder["keys.txt"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_route_is_for_holders_of_a_key_but_health_and_metrics()
    {
        var key = Key("alice");
        await using var server = await ServeHost.Start(Options(new(Keys)), Cancel);
        foreach (var (path, body) in new[]
            {
                ("/predict", Row), ("/explain", Row), ("/counterfactuals", Row), ("/invocations", Row), ("/schema", null), ("/version", null), ("/endpoints/tiny/predict", Row),
                ("/v1/models", null), ("/v1/models/tiny:predict", Row), ("/v2/models/tiny", null), ("/v2/models/tiny/infer", Row), ("/v2/models/tiny/versions/1/infer", Row),
                ("/v2/models/stats", null), ("/v2/repository/index", "{}"), ("/v2/repository/models/tiny/unload", "{}"),
            })
        {
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await Ask(server, path, body, null)));
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await Ask(server, path, body, $"{key}x")));
        }

        foreach (var path in (string[])["/health/live", "/health/ready", "/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/tiny/ready", "/v1/models/tiny", "/ping", "/health", "/endpoints/tiny/ping"])
            Assert.Equal((path, HttpStatusCode.OK), (path, await Ask(server, path, null, null)));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.Addresses.Metrics, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/predict", Row, key));
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/predict", Row, Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{key}")), "Basic"));
        Assert.Equal(HttpStatusCode.NotFound, await Ask(server, "/none", null, null));
    }

    [Fact]
    public async Task A_key_opens_the_models_of_its_line_and_loading_only_where_it_says_so()
    {
        var (narrow, manager) = (Key("narrow", ["tiny"]), Key("manager", ["tiny"], manages: true));
        var options = Options(new(Keys));
        await using var server = await ServeHost.Start(options with { More = [new("other", options.PackageFolder)] }, Cancel);
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/endpoints/tiny/predict", Row, narrow));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(server, "/endpoints/other/predict", Row, narrow));
        Assert.Equal("{\"models\":[\"tiny\"]}", await Text(server, "/v1/models", narrow));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(server, "/v2/repository/models/tiny/unload", "{}", narrow));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(server, "/v2/repository/models/other/unload", "{}", manager));
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/v2/repository/models/tiny/unload", "{}", manager));
    }

    [Fact]
    public async Task Grpc_is_refused_in_its_own_form_and_judged_by_the_model_that_the_message_names()
    {
        var key = Key("narrow", ["other"]);
        var options = Options(new(Keys));
        await using var server = await ServeHost.Start(options with { More = [new("other", options.PackageFolder)] }, Cancel);
        using var stranger = new InferenceClient(server.Addresses.Predict);
        using var known = new InferenceClient(server.Addresses.Predict, key);
        Assert.Equal(StatusCode.Unauthenticated, (await InferenceClient.Failure(() => stranger.Infer(TinyRequest.Typed([new(30, 500, "plus")])))).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await InferenceClient.Failure(() => known.Infer(TinyRequest.Typed([new(30, 500, "plus")])))).StatusCode);
        Assert.Single((await known.Infer(TinyRequest.Typed([new(30, 500, "plus")], "other"))).Outputs);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await stranger.Health());
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_token_of_the_provider_lets_its_holder_ask_and_not_load(string algorithm)
    {
        await using var issuer = await TestIssuer.Start();
        await using var server = await ServeHost.Start(Options(new(null, new(issuer.Address, TestIssuer.Audience))), Cancel);
        var token = issuer.Token("nightly", algorithm);
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/predict", Row, token));
        Assert.Equal(HttpStatusCode.OK, await Ask(server, "/predict", Row, token));
        Assert.Equal(1, issuer.Asked);
        Assert.Equal(HttpStatusCode.Forbidden, await Ask(server, "/v2/repository/models/tiny/unload", "{}", token));
        var flipped = token[..^10] + (token[^10] == 'A' ? 'B' : 'A') + token[^9..];
        foreach (var (what, wrong) in new[]
            {
                ("audience", issuer.Token("nightly", algorithm, audience: "urn:another")), ("issuer", issuer.Token("nightly", algorithm, issuer: "http://elsewhere")),
                ("expired", issuer.Token("nightly", algorithm, seconds: -3600)), ("signature", flipped), ("none", issuer.Token("nightly", "none")), ("shared secret", issuer.Token("nightly", "HS256")), ("no token", "a.b.c"),
            })
        {
            Assert.Equal((what, HttpStatusCode.Unauthorized), (what, await Ask(server, "/predict", Row, wrong)));
        }
    }

    [Fact]
    public async Task A_token_opens_the_models_of_its_claim_where_one_is_named()
    {
        await using var issuer = await TestIssuer.Start();
        var options = Options(new(null, new(issuer.Address, TestIssuer.Audience, "models")));
        await using var server = await ServeHost.Start(options with { More = [new("other", options.PackageFolder)] }, Cancel);
        foreach (var (models, tiny, other) in new (object?, bool, bool)[]
            {
                ("tiny", true, false), ("other tiny", true, true), (new[] { "other" }, false, true), ("*", true, true), (null, false, false), (Array.Empty<string>(), false, false),
            })
        {
            var token = issuer.Token("nightly", models: models);
            Assert.Equal(tiny ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await Ask(server, "/endpoints/tiny/predict", Row, token));
            Assert.Equal(other ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await Ask(server, "/endpoints/other/predict", Row, token));
        }
    }

    [Fact]
    public async Task While_the_provider_cannot_be_asked_nobody_is_told_that_his_token_is_wrong()
    {
        var issuer = await TestIssuer.Start();
        var (address, token) = (issuer.Address, issuer.Token("nightly"));
        await issuer.DisposeAsync();
        await using var server = await ServeHost.Start(Options(new(null, new(address, TestIssuer.Audience))), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Ask(server, "/predict", Row, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(server, "/predict", Row, null));
    }

    [Fact]
    public void The_file_of_keys_is_read_again_when_it_changes_and_a_wrong_line_is_named()
    {
        var first = Key("alice");
        var keys = new FromFiles<CallerKeys>("The keys", () => CallerKeys.Bytes(Keys), () => CallerKeys.Read(Keys));
        var second = Key("bob", ["churn", "risk"]);
        keys.LookAgain(NullLogger.Instance);
        Assert.Equal("alice", keys.Current(NullLogger.Instance).Find(first)!.Name);
        Assert.True(keys.Current(NullLogger.Instance).Find(second)!.MayAsk("risk"));
        Assert.False(keys.Current(NullLogger.Instance).Find(second)!.MayAsk("other"));

        File.AppendAllText(Keys, "mallory assay_plain *\n");
        keys.LookAgain(NullLogger.Instance);
        Assert.NotNull(keys.Current(NullLogger.Instance).Find(second));
        Assert.StartsWith($"{Keys}, line 5:", Assert.Throws<ServeRefusedException>(() => CallerKeys.Read(Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verb_writes_the_hash_into_the_file_and_shows_the_key_once()
    {
        var command = new RootCommand();
        ServeArguments.AddTo(command);
        var shown = new StringWriter();
        var configuration = new InvocationConfiguration { Output = shown, Error = TextWriter.Null };
        await File.WriteAllTextAsync(Keys, "# ours", Cancel);
        Assert.Equal(0, await command.Parse(["new-key", "alice", "--keys", Keys, "--for", "churn", "--manage"]).InvokeAsync(configuration, Cancel));
        var key = shown.ToString().Trim();
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(Keys, Cancel), StringComparison.Ordinal);
        var caller = CallerKeys.Read(Keys).Find(key)!;
        Assert.Equal(("alice", true, false, true), (caller.Name, caller.MayAsk("churn"), caller.MayAsk("risk"), caller.Manages));
    }

    [Fact]
    public void Whoever_opens_it_to_others_is_told_who_may_ask_it()
    {
        var open = new ServeOptions("/m", 8080, Address: "0.0.0.0");
        Assert.StartsWith("Whoever reaches 0.0.0.0:8080 may ask its models", open.Warning, StringComparison.Ordinal);
        Assert.Contains("without TLS", (open with { Access = new(Keys) }).Warning, StringComparison.Ordinal);
        Assert.Null((open with { Access = new(Keys), Tls = new("server.pem") }).Warning);
        Assert.Null(new ServeOptions("/m", 8080).Warning);
        Assert.Throws<ServeRefusedException>(() => new TokenIssuer("http://login.example.com", "x").Check());
    }

    private ServeOptions Options(ServeAccess access) => new(TinyModel.WriteTo(_folder["tiny"]), 0, MetricsPort: 0, Name: "tiny") { Access = access };

    private string Key(string name, string[]? models = null, bool manages = false)
    {
        var (key, line) = CallerKeys.New(name, models ?? [], manages);
        File.AppendAllText(Keys, $"# of {name}\n{line}\n");
        return key;
    }

    private static async Task<HttpStatusCode> Ask(RunningServe server, string path, string? body, string? secret, string scheme = "Bearer")
    {
        using var answer = await Send(server, path, body, secret, scheme);
        return answer.StatusCode;
    }

    private static async Task<string> Text(RunningServe server, string path, string? secret)
    {
        using var answer = await Send(server, path, null, secret, "Bearer");
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private static async Task<HttpResponseMessage> Send(RunningServe server, string path, string? body, string? secret, string scheme)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(server.Addresses.Predict, path));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(scheme, secret);
        return await http.SendAsync(request, Cancel);
    }
}
