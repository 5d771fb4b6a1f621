using System.Security.Cryptography;

namespace Assay.Governance.Access.Accounts;

/// <summary>Ids of accounts: the kind, a colon, and 12 random hexadecimal digits.</summary>
internal static class AccountId
{
    public const string Person = "person:";
    public const string Group = "group:";
    public const string Service = "service:";

    /// <summary>Length of the longest id.</summary>
    public const int Length = 20;

    /// <summary>Whether a text is the id of an account, be it of one that is gone.</summary>
    public static bool Is(string text) =>
        text.Split(':') is ["person" or "group" or "service", { Length: 12 } random] && random.All(char.IsAsciiHexDigitLower);

    public static string New(string prefix) => prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
}
