using System.Security.Cryptography;

namespace Assay.Registry.Signatures;

/// <summary>
/// A public key ready to verify. Reading one from its text takes longer than a verification with it, so each thread keeps
/// its last, which is mostly the next as well: an instance must not be used by two threads at once.
/// </summary>
internal static class VerifyingKey
{
    [ThreadStatic]
    private static string? _pem;

    [ThreadStatic]
    private static ECDsa? _key;

    /// <summary>Whether a text has such a key, alone or among others.</summary>
    public static bool IsIn(string pem)
    {
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            using var key = ECDsa.Create();
            try
            {
                key.ImportFromPem(rest[found.Location]);
                return rest[found.Label] is "PUBLIC KEY";
            }
            catch (Exception problem) when (problem is ArgumentException or CryptographicException or PlatformNotSupportedException)
            {
                // of another kind, and one of the next may be the one
            }
        }

        return false;
    }

    /// <summary>The key of that text, which the caller must not dispose or keep.</summary>
    /// <exception cref="InvalidSignatureException">The text is not an elliptic-curve key in PEM.</exception>
    public static ECDsa Read(string pem)
    {
        if (_key is not null && _pem == pem)
            return _key;
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidSignatureException("The public key is not an elliptic-curve key in PEM.");
        }

        _key?.Dispose();
        (_pem, _key) = (pem, key);
        return key;
    }
}
