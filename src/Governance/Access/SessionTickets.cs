using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Assay.Governance.Access;

/// <summary>
/// Short-lived tickets with which the console calls the API on behalf of who is signed in. A ticket names the token that
/// the session rests on, so it can do no more than its holder, and nothing once that token is revoked.
/// </summary>
public sealed class SessionTickets(IDataProtectionProvider protection)
{
    private const string Prefix = "ticket_";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private readonly ITimeLimitedDataProtector _protector =
        protection.CreateProtector("Assay.SessionTickets").ToTimeLimitedDataProtector();

    /// <summary>A Bearer value for this caller, good for ten minutes.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public string Issue(ClaimsPrincipal caller) => Prefix + _protector.Protect(
        caller.FindFirstValue(AccessClaims.TokenId) ?? throw new InvalidOperationException("Nobody is signed in."), Life);

    internal string? TokenOf(string bearer)
    {
        if (!bearer.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            return _protector.Unprotect(bearer[Prefix.Length..]);
        }
        catch (CryptographicException)
        {
            return null;   // forged or too old: not a caller
        }
    }
}
