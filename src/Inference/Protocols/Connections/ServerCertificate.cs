using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Assay.Inference.Protocols.Connections;

/// <summary>The certificate of a server that answers by HTTPS. New connections get the new one once its files change.</summary>
public sealed class ServerCertificate
{
    private readonly FromFiles<SslServerAuthenticationOptions> _options;

    /// <exception cref="UnusableCertificateException">The files can't be used.</exception>
    public ServerCertificate(TlsFiles tls) => _options = new($"The certificate {tls.CertificateFile}", tls.Read, () => Options(tls.Load()));

    /// <summary>How Kestrel greets each connection.</summary>
    public TlsHandshakeCallbackOptions Handshakes(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<ServerCertificate>>();
        return new() { OnConnection = _ => new(Current(log)) };
    }

    /// <summary>For a connection that begins now.</summary>
    internal SslServerAuthenticationOptions Current(ILogger log) => _options.Current(log);

    /// <summary>Looks at the files, whenever that was done last.</summary>
    internal void LookAgain(ILogger log) => _options.LookAgain(log);

    private static SslServerAuthenticationOptions Options((X509Certificate2 Own, X509Certificate2Collection Chain) certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Own, certificate.Chain, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
