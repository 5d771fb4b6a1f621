namespace Assay.Governance.Keys;

/// <summary>One version of the installation's key for signing models: ECDSA on P-256 with SHA-256.</summary>
public interface ISigningKey
{
    /// <summary>Signs these bytes; the signature is DER.</summary>
    byte[] Sign(byte[] data);

    /// <summary>SubjectPublicKeyInfo as PEM, with a line feed at its end.</summary>
    string PublicKeyPem { get; }

    /// <summary>SHA-256 of <see cref="PublicKeyPem"/>'s bytes in lower-case hexadecimal: how a signature names its key.</summary>
    string Hint { get; }
}

/// <summary>All versions of the signing key. The newest signs; what older ones have signed goes on being valid.</summary>
public interface ISigningKeys
{
    /// <summary>The version that signs now. Take it once for a signature and its hint, for it may be followed by another.</summary>
    ISigningKey Current { get; }

    /// <summary>Hint of the first version: what the installation is called, whatever version signs.</summary>
    string InstallationHint { get; }

    /// <summary>Public key of the version that a signature names, as PEM; null when it is none of this installation's.</summary>
    string? PublicKeyOf(string hint);
}
