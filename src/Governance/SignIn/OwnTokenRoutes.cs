using System.Security.Claims;
using Assay.Governance.Access;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>One's own tokens, for people who administer nothing: they need some for the command line and for clients.</summary>
internal static class OwnTokenRoutes
{
    private const string Own = "It shows and changes nothing but the caller's own tokens.";
    private const int ExpiresInDaysMax = 366;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/account/tokens").WithTags("Access");
        group.MapGet("/", List).WithName("ListOwnTokens").AllowSignedIn(Own);
        group.MapPost("/", Create).WithName("CreateOwnToken").AllowSignedIn(Own);
        group.MapDelete("/{id}", Revoke).WithName("RevokeOwnToken").AllowSignedIn(Own);
    }

    private static Task<Page<TokenSummary>> List(
        [AsParameters] PageRequest page, ClaimsPrincipal caller, AssayDb db, AccessState access, CancellationToken cancel) =>
        TokenRoutes.List(page, caller.PrincipalId(), db, access, cancel);

    // Were a token good for this, whoever finds one could make another that outlives it.
    private static Task<Created<CreatedToken>> Create(
        CreateTokenRequest request, HttpContext http, AssayDb db, ILedger ledger, NewToken checks, TimeProvider clock)
    {
        if (http.User.SessionId() is null || http.User.FindFirst(AccessClaims.TokenId) is not null)
            throw Refusal.Denied("Sign in to the console as yourself, by password or by your organization, to make a token: a token alone can't make others.");
        if (request.ExpiresInDays is null or > ExpiresInDaysMax)
            throw Refusal.Invalid("expiresInDays", $"Your own tokens expire: give 1 to {ExpiresInDaysMax} days.");
        return TokenRoutes.Create(request, db, ledger, checks, clock, http.RequestAborted);
    }

    private static async Task<NoContent> Revoke(
        string id, HttpContext http, AssayDb db, ILedger ledger, Tokens tokens, TimeProvider clock)
    {
        var account = http.User.PrincipalId();
        if (!await db.Tokens.AnyAsync(row => row.Id == id && row.PrincipalId == account, http.RequestAborted))
            throw Refusal.NotFound("token of yours", id);
        return await TokenRoutes.Revoke(id, db, ledger, tokens, clock, http.RequestAborted);
    }
}
