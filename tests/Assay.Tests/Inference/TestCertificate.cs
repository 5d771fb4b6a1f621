using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assay.Tests.Inference;

/// <summary>A certificate for 127.0.0.1 and a name, of an authority of the test's own, as files in each of the forms in which people have one.</summary>
internal sealed class TestCertificate : IDisposable
{
    /// <summary>Of the files <c>secret.key</c> and <c>own.pfx</c>.</summary>
    public const string Password = "correct horse";

    /// <summary>The name.</summary>
    public const string Name = "assay.example";

    private readonly string _root = Directory.CreateTempSubdirectory("assay-tls-").FullName;
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _own;

    public TestCertificate()
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = authority.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName(Name);
        own.CertificateExtensions.Add(names.Build());
        _own = own.Create(_authority, from, to, [1, 2, 3, 4]).CopyWithPrivateKey(key);
        File.WriteAllText(At("own.pem"), _own.ExportCertificatePem() + "\n" + _authority.ExportCertificatePem());
        File.WriteAllText(At("own.key"), _own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(At("both.pem"), File.ReadAllText(At("own.pem")) + "\n" + File.ReadAllText(At("own.key")));
        File.WriteAllText(At("secret.key"), _own.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(Password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)));
        File.WriteAllBytes(At("own.pfx"), new X509Certificate2Collection { _own, X509CertificateLoader.LoadCertificate(_authority.RawData) }.Export(X509ContentType.Pkcs12, Password)!);
    }

    /// <summary>Path of a file in the folder of the certificate.</summary>
    public string At(string file) => Path.Combine(_root, file);

    /// <summary>Believes the test's authority and no other, as a client does that was given it.</summary>
    public SocketsHttpHandler Trusting() => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new()
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    public void Dispose()
    {
        _authority.Dispose();
        _own.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
