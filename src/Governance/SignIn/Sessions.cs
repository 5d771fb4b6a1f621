using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>A browser is signed in.</summary>
public sealed record SessionStarted(string Account, SignInMethod Method, string? Token) : LedgerEvent("session.started", Account);

/// <summary>Why sessions ended before their time.</summary>
public enum SessionEnd
{
    /// <summary>Signed out, there or from elsewhere.</summary>
    SignedOut,

    /// <summary>The password is another one now.</summary>
    PasswordChanged,

    /// <summary>The account was deactivated.</summary>
    Deactivated,
}

/// <summary>One or more sessions of an account ended.</summary>
public sealed record SessionsEnded(string Account, int Sessions, SessionEnd Reason) : LedgerEvent("session.ended", Account);

/// <summary>Starts, finds and ends sessions. A session is looked up at each request, so its end holds everywhere at once.</summary>
internal sealed class Sessions(IServiceScopeFactory scopes, AccessState access, Tokens tokens, SignInMacs macs, TimeProvider clock)
{
    /// <summary>After so long without use a session is over.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromHours(12);

    /// <summary>And after so long in any case.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromDays(7);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private const int BrowserLengthMax = 200;
    private const int IdBytes = 12;
    private const int PerAccountMax = 50;

    /// <summary>Who the session's browser acts for now; null when the session, its token or its account has ended.</summary>
    public async Task<ClaimsPrincipal?> Caller(string id, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var now = clock.GetUtcNow();
        var row = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel);
        if (row is null || !macs.Fits(row) || now >= row.SeenAt + IdleMax || now >= row.CreatedAt + AgeMax)
            return null;
        if (await Behind(row, cancel) is not { } caller)
            return null;
        if (now >= row.SeenAt + SeenEvery)
            await db.Sessions.Where(other => other.Id == id).ExecuteUpdateAsync(other => other.SetProperty(session => session.SeenAt, now), cancel);
        return caller.InSession(id);
    }

    /// <summary>Whether a text is the id of a session, be it of one that is over.</summary>
    public static bool IsId(string text) => text.Length == 2 * IdBytes && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Signs the request's browser in, always by a new session: one that somebody put into the browser before is worth nothing.</summary>
    public async Task Start(HttpContext http, ClaimsPrincipal caller, SignInMethod method)
    {
        var services = http.RequestServices;
        var (db, cancel, now) = (services.GetRequiredService<AssayDb>(), http.RequestAborted, clock.GetUtcNow());
        var account = caller.PrincipalId()!;

        // By the cookie itself: the request may have come to the OpenID provider's handler before anybody looked at it.
        var before = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        await Forget(db, before.Principal?.SessionId(), account, now, cancel);

        var session = new Session
        {
            Id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(IdBytes)),
            PrincipalId = account,
            TokenId = caller.FindFirstValue(AccessClaims.TokenId),
            Method = method,
            Browser = http.Request.Headers.UserAgent.ToString() is { Length: > 0 } browser ? browser.Shortened(BrowserLengthMax) : null,
            CreatedAt = now,
            SeenAt = now,
        };
        db.Sessions.Add(macs.Mark(session));
        services.GetRequiredService<Caller>().Set(caller.ActorId(), account);
        services.GetRequiredService<ILedger>().Append(new SessionStarted(account, method, session.TokenId));
        await db.SaveChangesAsync(cancel);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, caller.InSession(session.Id));
    }

    /// <summary>Ends an account's sessions in the caller's transaction: all, or one.</summary>
    public static async Task End(AssayDb db, ILedger ledger, string account, SessionEnd reason, CancellationToken cancel, string? only = null)
    {
        var rows = await db.Sessions.Where(row => row.PrincipalId == account && (only == null || row.Id == only)).ToListAsync(cancel);
        if (rows.Count == 0)
            return;
        db.RemoveRange(rows);
        ledger.Append(new SessionsEnded(account, rows.Count, reason));
    }

    private async ValueTask<ClaimsPrincipal?> Behind(Session row, CancellationToken cancel) => row.TokenId is { } token
        ? await tokens.ById(token, cancel)
        : access.Current.Principals.GetValueOrDefault(row.PrincipalId) is { Active: true } account ? AccessClaims.Of(account) : null;

    // What is over, what this browser had, and the oldest of an account that has very many.
    private static async Task Forget(AssayDb db, string? replaced, string account, DateTimeOffset now, CancellationToken cancel)
    {
        var (idle, old) = (now - IdleMax, now - AgeMax);
        await db.Sessions.Where(row => row.Id == replaced || row.SeenAt < idle || row.CreatedAt < old).ExecuteDeleteAsync(cancel);
        var surplus = await db.Sessions.Where(row => row.PrincipalId == account).OrderByDescending(row => row.SeenAt)
            .Skip(PerAccountMax - 1).Select(row => row.Id).ToListAsync(cancel);
        if (surplus.Count > 0)
            await db.Sessions.Where(row => surplus.Contains(row.Id)).ExecuteDeleteAsync(cancel);
    }
}
