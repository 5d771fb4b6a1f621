using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Assay.Serve;

/// <summary>
/// The certificate of the slim server, read again when its files change, so that whoever renews it needs not start the server
/// again. New connections get the new one; what can't be used is said in the log, and the former one stays.
/// </summary>
internal sealed class ServedCertificate
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly ServeTls _tls;
    private readonly Lock _lock = new();
    private volatile SslServerAuthenticationOptions _options;
    private byte[] _seen;
    private long _lookedAt = Environment.TickCount64;

    /// <exception cref="ServeRefusedException">The files can't be used.</exception>
    public ServedCertificate(ServeTls tls)
    {
        _tls = tls;
        var files = tls.Read();
        (_options, _seen) = (Options(tls.Load()), files);
    }

    /// <summary>For a connection that begins now.</summary>
    public SslServerAuthenticationOptions Current(ILogger log)
    {
        if (Environment.TickCount64 - Volatile.Read(ref _lookedAt) >= Between.TotalMilliseconds)
            LookAgain(log);
        return _options;
    }

    /// <summary>Looks at the files, whenever that was done last.</summary>
    internal void LookAgain(ILogger log)
    {
        if (!_lock.TryEnter())
            return;   // somebody does
        try
        {
            Volatile.Write(ref _lookedAt, Environment.TickCount64);
            // By content: where secrets are mounted, links are exchanged and times say nothing.
            var files = _tls.Read();
            if (files.AsSpan().SequenceEqual(_seen))
                return;
            _seen = files;
            _options = Options(_tls.Load());
            log.LogWarning("The certificate {File} was read again.", _tls.CertificateFile);
        }
        catch (ServeRefusedException problem)   // such as a key that is not written yet
        {
            log.LogWarning("{Problem} The former certificate stays.", problem.Message);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private static SslServerAuthenticationOptions Options((X509Certificate2 Own, X509Certificate2Collection Chain) certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Own, certificate.Chain, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
