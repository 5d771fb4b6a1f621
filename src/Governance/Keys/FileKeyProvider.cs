using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Keys;

/// <summary>Keys as PKCS#8 PEM in files that only their owner can read: <c>signing-key.pem</c>, <c>signing-key-2.pem</c> and so on.</summary>
internal sealed class FileKeyProvider(string folder) : IKeyProvider
{
    public string Name => "file";

    public ISigningKey Make(int version)
    {
        KeyFile.ReadOrCreate(PathOf(version), NewKey);
        return Open(version);
    }

    public ISigningKey Open(int version) => File.Exists(PathOf(version))
        ? new FileSigningKey(PathOf(version))
        : throw new InvalidDataException($"{PathOf(version)} is missing. Restore it from a backup.");

    private string PathOf(int version) =>
        Path.Combine(folder, version == 1 ? "signing-key.pem" : string.Create(CultureInfo.InvariantCulture, $"signing-key-{version}.pem"));

    private static byte[] NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
