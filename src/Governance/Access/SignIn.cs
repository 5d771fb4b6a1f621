using System.Security.Claims;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

public sealed record SessionStarted(string TokenId) : LedgerEvent("session.started", $"token:{TokenId}");

/// <summary>
/// Signs a browser in: by a one-time code from a link, or by a token typed into the form at <c>/sign-in</c>. The session's
/// cookie names the token; when that is revoked or expires the session ends.
/// </summary>
internal static class SignIn
{
    /// <summary>Where the console shows its form.</summary>
    public const string FormPath = "/sign-in";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", WithToken).WithName("SignIn").AllowAnyone("Signing in is how a guest becomes a caller.").ExcludeFromDescription();
        routes.MapGet("/session/code", WithCode).WithName("SignInByCode").AllowAnyone("The one-time code is the proof.").ExcludeFromDescription();
        routes.MapPost("/session/end", End).WithName("SignOut").AllowAnyone("Ending a session needs no permission.").ExcludeFromDescription();
    }

    private static async Task<IResult> WithToken(
        HttpContext http, [FromForm] string token, [FromForm] string? returnTo, Tokens tokens, SignInThrottle throttle, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        if (!throttle.TryTake())
            return Results.Redirect($"{FormPath}?problem=busy");
        var caller = await tokens.ByToken(token.Trim(), http.RequestAborted);
        return caller is null ? Results.Redirect($"{FormPath}?problem=token") : await Start(http, caller, returnTo);
    }

    private static async Task<IResult> WithCode(
        HttpContext http, string code, AssayDb db, Tokens tokens, SignInThrottle throttle, TimeProvider clock)
    {
        if (!throttle.TryTake())
            return Results.Redirect($"{FormPath}?problem=busy");
        var hash = TokenSecrets.Hash(code);
        var row = await db.SignInCodes.SingleOrDefaultAsync(row => row.Hash == hash, http.RequestAborted);

        // Deleting is the claim: of two requests with the same code only one deletes the row.
        var first = row is not null && row.ExpiresAt > clock.GetUtcNow()
            && await db.SignInCodes.Where(other => other.Hash == hash).ExecuteDeleteAsync(http.RequestAborted) == 1;
        if (row is not null)
            db.Entry(row).State = EntityState.Detached;
        var caller = first ? await tokens.ById(row!.TokenId, http.RequestAborted) : null;
        return caller is null ? Results.Redirect($"{FormPath}?problem=code") : await Start(http, caller, null);
    }

    private static async Task<IResult> Start(HttpContext http, ClaimsPrincipal caller, string? returnTo)
    {
        var services = http.RequestServices;
        services.GetRequiredService<Caller>().Set(caller.ActorId(), caller.PrincipalId());
        services.GetRequiredService<ILedger>().Append(new SessionStarted(caller.FindFirstValue(AccessClaims.TokenId)!));
        await services.GetRequiredService<AssayDb>().SaveChangesAsync(http.RequestAborted);

        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, caller);
        var local = returnTo is { Length: > 0 } && returnTo[0] == '/' && !returnTo.StartsWith("//", StringComparison.Ordinal) && !returnTo.Contains('\\', StringComparison.Ordinal);
        var home = caller.BoundProject() is { } project ? $"/projects/{project}/" : "/";
        return Results.LocalRedirect(local ? returnTo! : home);
    }

    private static async Task<IResult> End(HttpContext http, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect(FormPath);
    }
}

/// <summary>Bounds guesses of tokens and codes: 30 sign-ins a minute for the whole installation.</summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int PerMinute = 30;
    private readonly Lock _gate = new();
    private DateTimeOffset _minute;
    private int _taken;

    public bool TryTake()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _minute > TimeSpan.FromMinutes(1))
                (_minute, _taken) = (now, 0);
            return ++_taken <= PerMinute;
        }
    }
}
