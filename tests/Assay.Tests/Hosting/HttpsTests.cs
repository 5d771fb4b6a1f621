using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Assay.Client;
using Assay.Governance.Access;
using Assay.Inference.Protocols.Connections;
using Assay.Kernel;
using Assay.Server.Hosting;
using Assay.Tests.Inference;
using Assay.Tests.Pipelines;
using Assay.Tests.Serving;

namespace Assay.Tests.Hosting;

/// <summary>The platform as other machines reach it, by HTTPS.</summary>
public sealed class HttpsTests : IDisposable
{
    private const string Metric = "target_info";   // there from the start, unlike what models count

    private readonly TestCertificate _certificate = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Endpoints_answer_by_https_in_both_versions_and_by_grpc_and_this_machine_as_before()
    {
        await using var server = await TestServer.Start(https: On(0));
        await ServingHost.Register(server, bias: -2);
        await ServingHost.Deploy(server, "churn", "1");
        Assert.Equal("https", server.HttpsAddress!.Scheme);
        var token = server.Admin.DefaultRequestHeaders.Authorization!;
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var answer = await Ask(server.HttpsAddress, token, version);
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
        }

        using (var grpc = new Inference.Grpc.InferenceClient(server.HttpsAddress, token.Parameter, handler: _certificate.Trusting()))
        {
            var answer = await grpc.Infer(Inference.Grpc.TinyRequest.Typed([new(30, 500, "plus")], "churn"));
            Assert.Equal(TinyModel.Expect(30, 500, "plus", bias: -2), answer.Outputs[0].Contents.Fp32Contents[0], 1e-6);
        }

        using var guest = await Ask(server.HttpsAddress, null, HttpVersion.Version11);
        Assert.Equal(HttpStatusCode.Unauthorized, guest.StatusCode);
        using var here = await server.Admin.PostAsync("/endpoints/churn/predict", Row(), Cancel);
        Assert.Equal(HttpStatusCode.OK, here.StatusCode);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new UriBuilder(server.HttpsAddress) { Scheme = "http" }.Uri, Cancel));
    }

    [Fact]
    public async Task The_command_line_says_where_other_machines_reach_it_and_there_it_answers()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort.Find();
        using var up = Process.Start(new ProcessStartInfo("dotnet", [
            TrainingWork.Program, "up", "--home", Path.Combine(folder.Path, "home"), "--port", "0", "--metrics-port", "0",
            "--listen", $"127.0.0.1:{port}", "--tls-certificate", _certificate.At("own.pem"), "--tls-key", _certificate.At("own.key")])
        { RedirectStandardOutput = true })!;
        try
        {
            string? line;
            while ((line = await up.StandardOutput.ReadLineAsync(Cancel)) is not null && !line.StartsWith("Other machines", StringComparison.Ordinal)) { }

            Assert.Equal($"Other machines reach it at https://127.0.0.1:{port}/", line);
            using var http = new HttpClient(_certificate.Trusting());
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"https://127.0.0.1:{port}/health/live", Cancel)).StatusCode);
        }
        finally
        {
            up.Kill(entireProcessTree: true);
            await up.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_session_begun_by_https_is_never_sent_without_it()
    {
        await using var server = await TestServer.Start(https: On(0));
        using var http = new HttpClient(_certificate.Trusting());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpsAddress!, await Link(server)));
        request.Headers.Host = TestCertificate.Name;
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("assay-session=", StringComparison.Ordinal) && cookie.Contains("; secure", StringComparison.Ordinal));
        Assert.StartsWith("max-age=", answer.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);

        using var here = await server.Guest.GetAsync(await Link(server), Cancel);
        Assert.DoesNotContain(here.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("; secure", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_answer_to_head_has_no_body_and_is_whole(string version)
    {
        await using var server = await TestServer.Start(https: On(0));
        using var http = new HttpClient(_certificate.Trusting());
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(server.HttpsAddress!, "/health/ready"))
        {
            Version = new Version(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, new Version(version)), (answer.StatusCode, answer.Version));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task A_client_that_does_not_believe_the_certificate_is_told_what_to_do()
    {
        await using var server = await TestServer.Start(https: On(0));
        var client = AssayClient.Connect(server.HttpsAddress!, server.Admin.DefaultRequestHeaders.Authorization!.Parameter!);
        var refused = await Assert.ThrowsAsync<AssayException>(() => client.Endpoints.List(cancel: Cancel));
        Assert.StartsWith($"No answer from {server.HttpsAddress}: The remote certificate is invalid", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", refused.Message, StringComparison.Ordinal);

        var byOtherName = AssayClient.Connect(new UriBuilder(server.HttpsAddress!) { Host = "localhost" }.Uri, "assay_nothing");
        refused = await Assert.ThrowsAsync<AssayException>(() => byOtherName.Endpoints.List(cancel: Cancel));
        Assert.EndsWith("is for another name: write the address with a name that stands in it.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_and_beyond_it_for_who_may_read_them_whichever_host_they_name()
    {
        var port = FreePort.Find();
        await using var server = await TestServer.Start(port, https: On(0));
        Assert.Contains(Metric, await server.Guest.GetStringAsync(server.MetricsAddress, Cancel), StringComparison.Ordinal);
        using var viewer = await server.Client("viewer");
        using var auditor = await server.Client("auditor");
        foreach (var address in new[] { server.Address, server.HttpsAddress! })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Scrape(address, server.Guest)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await Scrape(address, viewer)).Status);
            var (status, text) = await Scrape(address, auditor);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains(Metric, text, StringComparison.Ordinal);
        }

        async Task<(HttpStatusCode Status, string Text)> Scrape(Uri address, HttpClient caller)
        {
            using var http = new HttpClient(_certificate.Trusting());
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/metrics"));
            request.Headers.Host = $"127.0.0.1:{port}";
            request.Headers.Authorization = caller.DefaultRequestHeaders.Authorization;
            using var answer = await http.SendAsync(request, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task An_address_that_can_not_be_had_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestServer.Start(https: On(address.Port)));
        Assert.StartsWith($"{address} can't be listened on", refused.Message, StringComparison.Ordinal);

        var port = FreePort.Find();
        refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestServer.Start(port, https: On(port)));
        Assert.StartsWith($"Port {port} is taken for this machine alone", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnusableCertificateException>(() => TestServer.Start(https: new(new(IPAddress.Loopback, 0), new TlsFiles(_certificate.At("nothing.pem")))));
    }

    private HttpsOptions On(int port) => new(new(IPAddress.Loopback, port), new TlsFiles(_certificate.At("own.pem"), _certificate.At("own.key")));

    private async Task<HttpResponseMessage> Ask(Uri address, AuthenticationHeaderValue? token, Version version)
    {
        using var http = new HttpClient(_certificate.Trusting());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/endpoints/churn/predict"))
        {
            Content = Row(),
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Authorization = token;
        return await http.SendAsync(request, Cancel);
    }

    private static async Task<string> Link(TestServer server)
    {
        using var answer = await server.Admin.PostAsync("/api/v1/sign-in-links", null, Cancel);
        var link = (await answer.Content.ReadFromJsonAsync<SignInLink>(AssayJson.Options, Cancel))!;
        return $"/session/code?code={link.Path.Split("code=")[1]}";
    }

    private static StringContent Row() => new("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json");
}
