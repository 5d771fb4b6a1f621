using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Assay.Governance.Keys;

/// <summary>A key on a token, known by its public half.</summary>
internal sealed class Pkcs11SigningKey : ISigningKey
{
    private const int CoordinateBytes = 32;
    private readonly Pkcs11KeyProvider _token;
    private readonly int _version;

    /// <param name="token">Where the private half is.</param>
    /// <param name="version">Version of the key.</param>
    /// <param name="point">The public point, uncompressed, in an octet string.</param>
    public Pkcs11SigningKey(Pkcs11KeyProvider token, int version, byte[] point)
    {
        (_token, _version) = (token, version);
        var bytes = AsnDecoder.ReadOctetString(point, AsnEncodingRules.DER, out _);
        if (bytes.Length != 1 + (2 * CoordinateBytes) || bytes[0] != 4)
            throw new InvalidDataException($"The key of version {version} is not a P-256 key; others can't be verified by all tools.");
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = bytes[1..(1 + CoordinateBytes)], Y = bytes[(1 + CoordinateBytes)..] },
        });
        PublicKeyPem = key.ExportSubjectPublicKeyInfoPem() + "\n";
        Hint = KeyHint.Of(PublicKeyPem);
    }

    public string PublicKeyPem { get; }

    public string Hint { get; }

    public byte[] Sign(byte[] data)
    {
        var numbers = _token.SignHash(_version, SHA256.HashData(data));
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(numbers.AsSpan(0, numbers.Length / 2).TrimStart((byte)0));
            writer.WriteIntegerUnsigned(numbers.AsSpan(numbers.Length / 2).TrimStart((byte)0));
        }

        return writer.Encode();
    }
}
