using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>The caller's own account.</summary>
/// <param name="Id">The pseudonym that the ledger uses.</param>
/// <param name="Name">User name of a person, name of a service account.</param>
/// <param name="Email">Null when not known, and for a service account.</param>
/// <param name="HasPassword">Whether it can sign in by user name and password.</param>
/// <param name="Session">Id of the session that asks; null when a token does.</param>
/// <param name="Groups">Names of the groups that it belongs to.</param>
public sealed record OwnAccount(
    string Id, PrincipalKind Kind, string Name, string DisplayName, string? Email, bool HasPassword, string? Session, IReadOnlyList<string> Groups);

/// <summary>Another password for the caller, whose sessions all end.</summary>
/// <param name="OldPassword">The one so far.</param>
/// <param name="NewPassword">12 to 200 characters.</param>
public sealed record ChangeOwnPasswordRequest([Required, StringLength(200)] string OldPassword, [Required, StringLength(1000)] string NewPassword);

internal static class AccountRoutes
{
    private const string Own = "It shows and changes nothing but what belongs to the caller.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/account").WithTags("Access");
        group.MapGet("/", Show).WithName("ShowOwnAccount").AllowSignedIn(Own);
        group.MapPut("/password", ChangePassword).WithName("ChangeOwnPassword").AllowSignedIn(Own);
    }

    private static async Task<OwnAccount> Show(ClaimsPrincipal caller, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var account = access.Current.Principals[caller.PrincipalId()!];
        var email = await db.People.Where(row => row.Id == account.Id).Select(row => row.Email).SingleOrDefaultAsync(cancel);
        var hasPassword = await db.Passwords.AnyAsync(row => row.PersonId == account.Id, cancel);
        return new(
            account.Id, account.Kind, account.Name, account.DisplayName, email, hasPassword, caller.SessionId(), access.Current.GroupNamesOf(account.Id));
    }

    // Not idempotent by key: what is kept for that would be a password's digest.
    private static async Task<NoContent> ChangePassword(
        ChangeOwnPasswordRequest request, HttpContext http, AssayDb db, PasswordSignIn passwords, ChoosePassword choice, SignInThrottle throttle)
    {
        var cancel = http.RequestAborted;
        var id = http.User.PrincipalId()!;
        var person = await db.People.SingleOrDefaultAsync(row => row.Id == id, cancel)
            ?? throw Refusal.Conflict("A service account has no password: it calls with tokens.");
        if (!await db.Passwords.AnyAsync(row => row.PersonId == id, cancel))
            throw Refusal.Conflict("You have no password yet: ask an administrator for a link with which you choose one ('assay access set-password').");
        PasswordRules.Check(request.NewPassword, person.UserName, "newPassword");
        if (!throttle.TryTake(http.Connection.RemoteIpAddress))
            throw Refusal.Limit(StatusCodes.Status429TooManyRequests, "Too many attempts. Wait a minute and try again.");

        var (account, locked) = await passwords.Check(person.UserName, request.OldPassword, http.Connection.RemoteIpAddress, cancel);
        if (account is null && locked > TimeSpan.Zero)
            throw Refusal.Limit(StatusCodes.Status429TooManyRequests, $"Too many wrong passwords. Try again in {Math.Ceiling(locked.TotalSeconds):0} seconds.");
        if (account is null)
            throw Refusal.Invalid("oldPassword", "The old password is not right.");
        throttle.GiveBack(http.Connection.RemoteIpAddress);
        await choice.Set(person, request.NewPassword, byLink: false, cancel);
        return TypedResults.NoContent();
    }
}
