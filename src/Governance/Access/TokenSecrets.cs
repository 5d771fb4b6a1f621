using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Access;

/// <summary>Makes and hashes the secrets of tokens and sign-in codes.</summary>
internal static class TokenSecrets
{
    public const string Prefix = "assay_";
    private const int IdBytes = 6;

    /// <summary>A new token: prefix, id, and 256 random bits.</summary>
    public static (string Id, string Token) NewToken()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return (id, $"{Prefix}{id}_{NewSecret()}");
    }

    /// <summary>Whether a text is as long as the id of a token, be it of one that is gone; the administrator's may be made by hand.</summary>
    public static bool IsId(string text) => text.Length == 2 * IdBytes;

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
