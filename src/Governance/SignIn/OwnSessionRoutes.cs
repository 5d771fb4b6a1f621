using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Names the session; no secret.</param>
/// <param name="Method">How it was signed in.</param>
/// <param name="Browser">What the browser calls itself.</param>
/// <param name="Token">Id of the token that it rests on; null when the account itself is signed in.</param>
/// <param name="SeenAt">Last use, to about a minute.</param>
/// <param name="IsThis">Whether it is the session that asks.</param>
public sealed record SessionSummary(
    string Id, SignInMethod Method, string? Browser, string? Token, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, bool IsThis);

/// <summary>One's own sessions, and, for administrators, everybody's.</summary>
internal static class OwnSessionRoutes
{
    private const string Own = "It shows and ends nothing but the caller's own sessions.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/api/v1/account/sessions").WithTags("Access");
        own.MapGet("/", List).WithName("ListOwnSessions").AllowSignedIn(Own);
        own.MapDelete("/", EndAll).WithName("EndOwnSessions").AllowSignedIn(Own);
        own.MapDelete("/{id}", EndOne).WithName("EndOwnSession").AllowSignedIn(Own);

        var anybody = routes.MapGroup("/api/v1/people/{person}/sessions").WithTags("Access");
        anybody.MapDelete("/", EndOf).WithName("EndSessionsOfPerson").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Page<SessionSummary>> List(
        [AsParameters] PageRequest page, ClaimsPrincipal caller, AssayDb db, TimeProvider clock, CancellationToken cancel)
    {
        var (account, idle, session) = (caller.PrincipalId(), clock.GetUtcNow() - Sessions.IdleMax, caller.SessionId());
        var after = page.AfterId(Sessions.IsId);
        var rows = await db.Sessions.AsNoTracking()
            .Where(row => row.PrincipalId == account && row.SeenAt > idle)
            .Where(row => after == null || string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(
            rows.ConvertAll(row => new SessionSummary(row.Id, row.Method, row.Browser, row.TokenId, row.CreatedAt, row.SeenAt, row.Id == session)),
            row => row.Id);
    }

    private static async Task<NoContent> EndAll(ClaimsPrincipal caller, AssayDb db, ILedger ledger, CancellationToken cancel)
    {
        await Sessions.End(db, ledger, caller.PrincipalId()!, SessionEnd.SignedOut, cancel);
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndOne(string id, ClaimsPrincipal caller, AssayDb db, ILedger ledger, CancellationToken cancel)
    {
        var account = caller.PrincipalId()!;
        if (!await db.Sessions.AnyAsync(row => row.Id == id && row.PrincipalId == account, cancel))
            throw Refusal.NotFound("session of yours", id);
        await Sessions.End(db, ledger, account, SessionEnd.SignedOut, cancel, only: id);
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndOf(string person, AssayDb db, ILedger ledger, CancellationToken cancel)
    {
        await Sessions.End(db, ledger, person, SessionEnd.SignedOut, cancel);
        await db.SaveChangesAsync(cancel);
        return TypedResults.NoContent();
    }
}
