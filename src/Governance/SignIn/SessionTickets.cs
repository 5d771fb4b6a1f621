using System.Security.Claims;
using System.Security.Cryptography;
using Assay.Governance.Access;
using Microsoft.AspNetCore.DataProtection;

namespace Assay.Governance.SignIn;

/// <summary>
/// Short-lived tickets with which the console calls the API on behalf of who is signed in. A ticket names the session, or
/// the token of who opened a page with one, so it can do no more than its holder, and nothing once that has ended.
/// </summary>
public sealed class SessionTickets(IDataProtectionProvider protection)
{
    private const string Prefix = "ticket_";
    private const string OfSession = "session ";
    private const string OfToken = "token ";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private readonly ITimeLimitedDataProtector _protector =
        protection.CreateProtector("Assay.SessionTickets").ToTimeLimitedDataProtector();

    /// <summary>A Bearer value for this caller, good for ten minutes.</summary>
    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public string Issue(ClaimsPrincipal caller) => Prefix + _protector.Protect(
        caller.SessionId() is { } session ? OfSession + session
        : caller.FindFirstValue(AccessClaims.TokenId) is { } token ? OfToken + token
        : throw new InvalidOperationException("Nobody is signed in."), Life);

    /// <summary>What a Bearer value rests on, if it is a ticket: a session or a token, by its id.</summary>
    internal (string? Session, string? Token) Read(string bearer)
    {
        if (!bearer.StartsWith(Prefix, StringComparison.Ordinal))
            return default;
        try
        {
            var text = _protector.Unprotect(bearer[Prefix.Length..]);
            return text.StartsWith(OfSession, StringComparison.Ordinal) ? (text[OfSession.Length..], null) : (null, text[OfToken.Length..]);
        }
        catch (CryptographicException)
        {
            return default;   // forged or too old: not a caller
        }
    }
}
