using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Governance.Access;

/// <summary>Makes and hashes the secrets of tokens and sign-in codes.</summary>
internal static class TokenSecrets
{
    public const string Prefix = "assay_";

    /// <summary>A new token: prefix, id, and 256 random bits.</summary>
    public static (string Id, string Token) NewToken()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        return (id, $"{Prefix}{id}_{NewSecret()}");
    }

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
