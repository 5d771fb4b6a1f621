using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>What the form at <c>/sign-in</c> sends: a user name and a password, or an access token.</summary>
internal sealed record SignInForm
{
    [FromForm(Name = "userName")]
    public string? UserName { get; init; }

    [FromForm(Name = "password")]
    public string? Password { get; init; }

    [FromForm(Name = "token")]
    public string? Token { get; init; }

    [FromForm(Name = "returnTo")]
    public string? ReturnTo { get; init; }
}

/// <summary>
/// Signs a browser in and out: by user name and password, by a token, or by a one-time link. The session's cookie names a
/// row of the database; when that goes, the session has ended.
/// </summary>
internal static class SessionRoutes
{
    /// <summary>Where the console shows its form.</summary>
    public const string FormPath = "/sign-in";
    private const string ChoosePath = "/choose-password";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", WithForm).WithName("SignIn").AllowAnyone("Signing in is how a guest becomes a caller.").ExcludeFromDescription();
        routes.MapGet("/session/code", WithCode).WithName("SignInByCode").AllowAnyone("The one-time code is the proof.").ExcludeFromDescription();
        routes.MapPost("/session/password", WithNewPassword).WithName("ChoosePassword").AllowAnyone("The one-time code is the proof.").ExcludeFromDescription();
        routes.MapPost("/session/end", End).WithName("SignOut").AllowAnyone("Ending a session needs no permission.").ExcludeFromDescription();
    }

    /// <summary>An address within this console; any other is replaced by the first page.</summary>
    public static string Local(string? returnTo, string home = "/") => RedirectHttpResult.IsLocalUrl(returnTo) && returnTo![0] == '/' ? returnTo : home;

    /// <summary>Back to the form, which says what was wrong.</summary>
    public static string Form(string problem, string? returnTo = null, int? waitSeconds = null)
    {
        var address = $"{FormPath}?problem={problem}";
        if (waitSeconds is { } wait)
            address += $"&wait={wait}";
        return Local(returnTo, "") is { Length: > 0 } local ? $"{address}&returnTo={Uri.EscapeDataString(local)}" : address;
    }

    private static async Task<IResult> WithForm(
        HttpContext http, [AsParameters] SignInForm form, Sessions sessions, PasswordSignIn passwords, SignInThrottle throttle, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        if (!throttle.TryTake(http.Connection.RemoteIpAddress))
            return Results.Redirect(Form("busy", form.ReturnTo));
        if (string.IsNullOrWhiteSpace(form.UserName))
            return await WithToken(http, form, sessions, throttle);
        if (form.UserName.Length > 200 || form.Password is null or { Length: > PasswordRules.LengthMax })
            return Results.Redirect(Form("password", form.ReturnTo));

        var (account, locked) = await passwords.Check(form.UserName, form.Password, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (account is null)
        {
            return Results.Redirect(locked > TimeSpan.Zero
                ? Form("locked", form.ReturnTo, (int)Math.Ceiling(locked.TotalSeconds))
                : Form("password", form.ReturnTo));
        }

        throttle.GiveBack(http.Connection.RemoteIpAddress);
        var person = AccessClaims.Of(account);
        await sessions.Start(http, person, SignInMethod.Password);
        return Results.LocalRedirect(Local(form.ReturnTo, await HomeOf(person, http)));
    }

    private static async Task<IResult> WithToken(HttpContext http, SignInForm form, Sessions sessions, SignInThrottle throttle)
    {
        var tokens = http.RequestServices.GetRequiredService<Tokens>();
        var caller = form.Token is { Length: > 0 and <= 200 } token ? await tokens.ByToken(token.Trim(), http.RequestAborted) : null;
        if (caller is null)
            return Results.Redirect(Form("token", form.ReturnTo));
        throttle.GiveBack(http.Connection.RemoteIpAddress);
        await sessions.Start(http, caller, SignInMethod.Token);
        return Results.LocalRedirect(Local(form.ReturnTo, await HomeOf(caller, http)));
    }

    private static async Task<IResult> WithCode(
        HttpContext http, string code, AssayDb db, Sessions sessions, SignInThrottle throttle, SignInMacs macs)
    {
        if (!throttle.TryTake(http.Connection.RemoteIpAddress))
            return Results.Redirect(Form("busy"));
        var hash = TokenSecrets.Hash(code);
        var row = await db.SignInCodes.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, http.RequestAborted);

        // Deleting is the claim: of two requests with the same code only one deletes the row.
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var first = row is not null && macs.Fits(row) && row.ExpiresAt > now
            && await db.SignInCodes.Where(other => other.Hash == hash).ExecuteDeleteAsync(http.RequestAborted) == 1;
        var caller = first ? await http.RequestServices.GetRequiredService<Tokens>().ById(row!.TokenId, http.RequestAborted) : null;
        if (caller is null)
            return Results.Redirect(Form("code"));
        throttle.GiveBack(http.Connection.RemoteIpAddress);
        await sessions.Start(http, caller, SignInMethod.Link);
        return Results.LocalRedirect(await HomeOf(caller, http));
    }

    private static async Task<IResult> WithNewPassword(
        HttpContext http, [FromForm] string code, [FromForm] string password, [FromForm] string again, SignInThrottle throttle, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        if (!throttle.TryTake(http.Connection.RemoteIpAddress))
            return Results.Redirect(Form("busy"));
        var (choice, cancel) = (http.RequestServices.GetRequiredService<ChoosePassword>(), http.RequestAborted);
        if (await choice.BehindLink(code, cancel) is not { } person)
            return Results.Redirect(Form("code"));
        if (password != again)
            return Results.Redirect(Choose(code, "different"));
        if (PasswordRules.Trouble(password, person.UserName) is not null)
            return Results.Redirect(Choose(code, "weak"));
        if (!await choice.ByLink(person, code, password, cancel))
            return Results.Redirect(Form("code"));

        throttle.GiveBack(http.Connection.RemoteIpAddress);
        var account = http.RequestServices.GetRequiredService<AccessState>().Current.Principals[person.Id];
        var caller = AccessClaims.Of(account);
        await http.RequestServices.GetRequiredService<Sessions>().Start(http, caller, SignInMethod.PasswordLink);
        return Results.LocalRedirect(await HomeOf(caller, http));
    }

    private static async Task<IResult> End(HttpContext http, AssayDb db, ILedger ledger, Caller who, IAntiforgery antiforgery)
    {
        await antiforgery.ValidateRequestAsync(http);
        if (http.User.SessionId() is { } session)
        {
            who.Set(http.User.ActorId(), http.User.PrincipalId());
            await Sessions.End(db, ledger, http.User.PrincipalId()!, SessionEnd.SignedOut, http.RequestAborted, only: session);
            await db.SaveChangesAsync(http.RequestAborted);
        }

        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect(FormPath);
    }

    private static string Choose(string code, string problem) => $"{ChoosePath}?code={Uri.EscapeDataString(code)}&problem={problem}";

    // The overview of the first project that the caller may open: the default one when it may be opened.
    public static async Task<string> HomeOf(ClaimsPrincipal caller, HttpContext http)
    {
        var access = http.RequestServices.GetRequiredService<AccessState>().Current;
        var projects = await http.RequestServices.GetRequiredService<AssayDb>().Projects.Select(row => row.Name).ToListAsync(http.RequestAborted);
        var first = projects.Order(StringComparer.Ordinal).OrderBy(name => name != ProjectScope.Default)
            .FirstOrDefault(name => access.Allows(caller, GovernancePermissions.ProjectsRead, new(name)));
        return first is null or ProjectScope.Default ? "/" : $"/projects/{first}/";
    }
}
