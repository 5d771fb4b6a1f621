using System.Globalization;
using System.Text;

namespace Assay.Registry.Signatures;

/// <summary>Dead Simple Signing Envelope, protocol version 1: what is signed is the type and the body, each with its length.</summary>
internal static class Dsse
{
    /// <summary>Pre-authentication encoding: the bytes that the signature is over.</summary>
    public static byte[] PreAuthentication(string type, ReadOnlySpan<byte> body)
    {
        var typeLength = Encoding.UTF8.GetByteCount(type);
        var header = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {typeLength} {type} {body.Length} ");
        return [.. Encoding.UTF8.GetBytes(header), .. body];
    }

    /// <summary>Reads Base64 in the standard or the URL-safe alphabet, both of which the protocol allows.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static byte[] FromBase64(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }
}
