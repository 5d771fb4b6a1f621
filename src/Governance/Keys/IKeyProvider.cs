using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Keys;

/// <summary>A place that holds private keys: files of the home, or a device that never gives them away.</summary>
internal interface IKeyProvider
{
    /// <summary>Its name in the configuration and beside each version.</summary>
    string Name { get; }

    /// <summary>Makes the key of that version, or opens the one that an interrupted rotation has made.</summary>
    ISigningKey Make(int version);

    /// <summary>Opens the key of that version.</summary>
    /// <exception cref="InvalidDataException">It is not there, or is no P-256 key; the message says what to do.</exception>
    ISigningKey Open(int version);
}

/// <summary>How a signature names its key.</summary>
internal static class KeyHint
{
    public static string Of(string publicKeyPem) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(publicKeyPem)));
}
