using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Assay.Serve;

/// <summary>The certificate of the slim server. New connections get the new one once its files change.</summary>
internal sealed class ServedCertificate
{
    private readonly FromFiles<SslServerAuthenticationOptions> _options;

    /// <exception cref="ServeRefusedException">The files can't be used.</exception>
    public ServedCertificate(ServeTls tls) => _options = new($"The certificate {tls.CertificateFile}", tls.Read, () => Options(tls.Load()));

    /// <summary>For a connection that begins now.</summary>
    public SslServerAuthenticationOptions Current(ILogger log) => _options.Current(log);

    /// <summary>Looks at the files, whenever that was done last.</summary>
    internal void LookAgain(ILogger log) => _options.LookAgain(log);

    private static SslServerAuthenticationOptions Options((X509Certificate2 Own, X509Certificate2Collection Chain) certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Own, certificate.Chain, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
