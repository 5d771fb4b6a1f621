namespace Assay.Governance.Keys;

/// <summary>The installation's key for signing models: ECDSA on P-256 with SHA-256.</summary>
public interface ISigningKey
{
    /// <summary>Signs these bytes; the signature is DER.</summary>
    byte[] Sign(byte[] data);

    /// <summary>SubjectPublicKeyInfo as PEM, with a line feed at its end.</summary>
    string PublicKeyPem { get; }

    /// <summary>SHA-256 of <see cref="PublicKeyPem"/>'s bytes in lower-case hexadecimal: how a signature names its key.</summary>
    string Hint { get; }
}
