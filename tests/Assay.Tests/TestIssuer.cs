using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Assay.Tests;

/// <summary>An OpenID provider of few words: its document, its keys, and tokens that it signs for whoever the test says.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Audience = "urn:assay";

    private readonly WebApplication _app;
    private RSA _rsa = RSA.Create(2048);
    private ECDsa _ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _keys = 1;

    private TestIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    public static async Task<TestIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Text(issuer.Document(), "application/json"));
        app.MapGet("/keys", () => Results.Text(issuer.Keys(), "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>A token for a subject.</summary>
    public string Token(string subject, string algorithm = "RS256", string audience = Audience, string? issuer = null, int seconds = 300, object? models = null)
    {
        var header = Encode(new { alg = algorithm, typ = "at+jwt", kid = $"{algorithm}-{_keys}" });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var signed = $"{header}.{Encode(new { iss = issuer ?? Address, sub = subject, aud = audience, iat = now, exp = now + seconds, models })}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "RS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "ES256" => _ecdsa.SignData(bytes, HashAlgorithmName.SHA256),
            "HS256" => HMACSHA256.HashData(_rsa.ExportRSAPublicKey(), bytes),   // as whoever knows what is public can
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Signs with other keys from now on.</summary>
    public void ChangeKeys()
    {
        _rsa.Dispose();
        _ecdsa.Dispose();
        (_rsa, _ecdsa, _keys) = (RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256), _keys + 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _ecdsa.Dispose();
    }

    private string Document() => JsonSerializer.Serialize(new { issuer = Address, jwks_uri = $"{Address}/keys", response_types_supported = new[] { "code" } });

    private string Keys()
    {
        Asked++;
        var (rsa, point) = (_rsa.ExportParameters(false), _ecdsa.ExportParameters(false).Q);
        return JsonSerializer.Serialize(new
        {
            keys = new object[]
            {
                new { kty = "RSA", use = "sig", kid = $"RS256-{_keys}", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) },
                new { kty = "EC", use = "sig", crv = "P-256", kid = $"ES256-{_keys}", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) },
            },
        });
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
