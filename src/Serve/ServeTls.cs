using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Assay.Serve;

/// <summary>With which certificate the slim server answers by HTTPS.</summary>
/// <param name="CertificateFile">PEM, with the certificates of its authorities behind it, or PKCS#12 (<c>.pfx</c>, <c>.p12</c>).</param>
/// <param name="KeyFile">PEM with the private key; null where the certificate's file holds it.</param>
/// <param name="Password">Of the key or the PKCS#12 file; null for none.</param>
public sealed record ServeTls(string CertificateFile, string? KeyFile = null, string? Password = null)
{
    private bool IsPkcs12 => Path.GetExtension(CertificateFile).ToLowerInvariant() is ".pfx" or ".p12";

    /// <exception cref="ServeRefusedException">The files can't be read; the message says which, and why.</exception>
    internal HttpsConnectionAdapterOptions Load()
    {
        try
        {
            var options = IsPkcs12 ? LoadPkcs12() : LoadPem();
            options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            return options;
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServeRefusedException(
                $"The certificate {CertificateFile}{(KeyFile is null ? "" : $" with the key {KeyFile}")} can't be used: {problem.Message} "
                    + "Give a PEM file with --tls-certificate and its key with --tls-key, or a PKCS#12 file (.pfx, .p12) and its password with --tls-password-file.",
                problem);
        }
    }

    private HttpsConnectionAdapterOptions LoadPem()
    {
        var pem = Password is null
            ? X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(CertificateFile, Password, KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile);
        return new() { ServerCertificate = pem, ServerCertificateChain = chain };
    }

    private HttpsConnectionAdapterOptions LoadPkcs12()
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(CertificateFile, Password);
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
        return new() { ServerCertificate = own, ServerCertificateChain = all };
    }
}
