using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assay.Inference.Protocols.Connections;
using Assay.Serve;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Tests.Inference;

/// <summary>The slim server by HTTPS.</summary>
public sealed class ServeTlsTests : IDisposable
{
    private readonly TestCertificate _certificate = new();

    public ServeTlsTests() => TinyModel.WriteTo(At("model"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData("own.pem", "own.key", null)]
    [InlineData("both.pem", null, null)]
    [InlineData("own.pem", "secret.key", TestCertificate.Password)]
    [InlineData("own.pfx", null, TestCertificate.Password)]
    public async Task Predictions_are_answered_by_https_in_both_versions(string certificate, string? key, string? password)
    {
        await using var server = await ServeHost.Start(Options(certificate, key, password), Cancel);
        Assert.Equal(("https", "http"), (server.Addresses.Predict.Scheme, server.Addresses.Metrics!.Scheme));
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var http = new HttpClient(_certificate.Trusting());
            using var request = new HttpRequestMessage(HttpMethod.Post, server.Addresses.Predict)
            {
                Content = new StringContent("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json"),
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var answer = await http.SendAsync(request, Cancel);
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
        }

        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new UriBuilder(server.Addresses.Predict) { Scheme = "http" }.Uri, Cancel));
        Assert.Contains("inference_models", await plain.GetStringAsync(server.Addresses.Metrics, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_certificate_is_taken_without_a_restart_and_a_broken_one_is_not()
    {
        var certificate = new ServerCertificate(new TlsFiles(At("own.pem"), At("own.key")));
        Assert.Equal("CN=localhost", Subject());
        await File.WriteAllTextAsync(At("own.pem"), "no certificate", Cancel);
        certificate.LookAgain(NullLogger.Instance);
        Assert.Equal("CN=localhost", Subject());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = new CertificateRequest("CN=renewed", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(At("own.pem"), renewed.ExportCertificatePem(), Cancel);
        certificate.LookAgain(NullLogger.Instance);
        Assert.Equal("CN=localhost", Subject());   // its key is not there yet
        await File.WriteAllTextAsync(At("own.key"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        certificate.LookAgain(NullLogger.Instance);
        Assert.Equal("CN=renewed", Subject());

        string Subject() => certificate.Current(NullLogger.Instance).ServerCertificateContext!.TargetCertificate.Subject;
    }

    [Fact]
    public async Task A_connection_gets_the_certificate_that_stands_in_the_files_by_then()
    {
        await using var server = await ServeHost.Start(Options("own.pem", "own.key", null), Cancel);
        Assert.Equal("CN=localhost", await Shown(server.Addresses.Predict));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = new CertificateRequest("CN=renewed", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(At("own.key"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        await File.WriteAllTextAsync(At("own.pem"), renewed.ExportCertificatePem(), Cancel);
        for (var tries = 0; await Shown(server.Addresses.Predict) != "CN=renewed"; tries++)
        {
            Assert.True(tries < 240, "it is looked at every five seconds");
            await Task.Delay(250, Cancel);
        }
    }

    private static async Task<string> Shown(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, Cancel);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.Subject;
    }

    [Fact]
    public async Task So_is_grpc()
    {
        await using var server = await ServeHost.Start(Options("own.pem", "own.key", null), Cancel);
        using var client = new Grpc.InferenceClient(server.Addresses.Predict, handler: _certificate.Trusting());
        var answer = await client.Infer(Grpc.TinyRequest.Typed([new(30, 500, "plus")]));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), answer.Outputs[0].Contents.Fp32Contents[0], 1e-6);
    }

    [Theory]
    [InlineData("nothing.pem", "own.key", null)]
    [InlineData("own.pem", null, null)]
    [InlineData("own.key", "own.key", null)]
    [InlineData("own.pem", "secret.key", "wrong")]
    [InlineData("own.pfx", null, "wrong")]
    public async Task What_can_not_be_used_is_said_before_anything_is_served(string certificate, string? key, string? password)
    {
        var refused = await Assert.ThrowsAsync<UnusableCertificateException>(() => ServeHost.Start(Options(certificate, key, password), Cancel));
        Assert.StartsWith($"The certificate {At(certificate)}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--tls-key", refused.Message, StringComparison.Ordinal);
    }

    private ServeOptions Options(string certificate, string? key, string? password) =>
        new(At("model"), 0, MetricsPort: 0, Name: "tiny", Tls: new(At(certificate), key is null ? null : At(key), password));

    private string At(string file) => _certificate.At(file);
}
