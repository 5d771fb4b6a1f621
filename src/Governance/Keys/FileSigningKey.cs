using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Keys;

/// <summary>A key as PKCS#8 PEM in a file.</summary>
internal sealed class FileSigningKey : ISigningKey, IDisposable
{
    private readonly ECDsa _key = ECDsa.Create();

    public FileSigningKey(string path)
    {
        try
        {
            _key.ImportFromPem(File.ReadAllText(path, Encoding.ASCII));
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"{path} is not a private key in PEM. Restore it from a backup.", problem);
        }

        if (_key.ExportParameters(false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            throw new InvalidDataException($"{path} is not a P-256 key; others can't be verified by all tools.");
        PublicKeyPem = _key.ExportSubjectPublicKeyInfoPem() + "\n";
        Hint = KeyHint.Of(PublicKeyPem);
    }

    public string PublicKeyPem { get; }

    public string Hint { get; }

    public byte[] Sign(byte[] data)
    {
        lock (_key)   // ECDsa promises nothing about concurrent use
        {
            return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    public void Dispose() => _key.Dispose();
}
