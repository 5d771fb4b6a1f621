using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance;

/// <summary>The signature by which a receiver knows who sent a message, in the form of Standard Webhooks 1.0 (https://www.standardwebhooks.com).</summary>
public static class StandardWebhooks
{
    /// <summary>HMAC-SHA-256 over id, time and body, joined by full stops, as the header <c>webhook-signature</c> has it.</summary>
    /// <param name="id">Header <c>webhook-id</c>.</param>
    /// <param name="unixSeconds">Header <c>webhook-timestamp</c>.</param>
    /// <param name="body">The message.</param>
    /// <param name="secret">What sender and receiver share.</param>
    public static string Signature(string id, long unixSeconds, ReadOnlySpan<byte> body, byte[] secret)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}."));
        byte[] signed = [.. head, .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed));
    }
}
