using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assay.Inference.Protocols.Connections;

/// <summary>With which certificate a server answers by HTTPS.</summary>
/// <param name="CertificateFile">PEM, with the certificates of its authorities behind it, or PKCS#12 (<c>.pfx</c>, <c>.p12</c>).</param>
/// <param name="KeyFile">PEM with the private key; null where the certificate's file holds it.</param>
/// <param name="Password">Of the key or the PKCS#12 file; null for none.</param>
public sealed record TlsFiles(string CertificateFile, string? KeyFile = null, string? Password = null)
{
    private bool IsPkcs12 => Path.GetExtension(CertificateFile).ToLowerInvariant() is ".pfx" or ".p12";

    /// <summary>The bytes of its files, to tell whether they changed.</summary>
    /// <exception cref="UnusableCertificateException">They can't be read.</exception>
    internal byte[] Read()
    {
        try
        {
            return [.. File.ReadAllBytes(CertificateFile), .. KeyFile is null ? [] : File.ReadAllBytes(KeyFile)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Refused(problem);
        }
    }

    /// <summary>The server's own certificate with its key, and those of its authorities.</summary>
    /// <exception cref="UnusableCertificateException">The files can't be used; the message says which, and why.</exception>
    internal (X509Certificate2 Own, X509Certificate2Collection Chain) Load()
    {
        try
        {
            return IsPkcs12 ? LoadPkcs12() : LoadPem();
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused(problem);
        }
    }

    private UnusableCertificateException Refused(Exception problem) => new(
        $"The certificate {CertificateFile}{(KeyFile is null ? "" : $" with the key {KeyFile}")} can't be used: {problem.Message} "
            + "Give a PEM file with --tls-certificate and its key with --tls-key, or a PKCS#12 file (.pfx, .p12) and its password with --tls-password-file.",
        problem);

    private (X509Certificate2 Own, X509Certificate2Collection Chain) LoadPem()
    {
        var pem = Password is null
            ? X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(CertificateFile, Password, KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile);
        return (pem, chain);
    }

    private (X509Certificate2 Own, X509Certificate2Collection Chain) LoadPkcs12()
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(CertificateFile, Password);
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? throw new CryptographicException("It holds no private key.");
        return (own, all);
    }
}

/// <summary>A certificate or its key can't be used; the message says which and why, and by which options to give another.</summary>
public sealed class UnusableCertificateException(string message, Exception cause) : IOException(message, cause);
