using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn.Oidc;

/// <summary>A subject of an OpenID provider that is to be an account here.</summary>
/// <param name="Issuer">As the provider's tokens name it: its address, to the letter.</param>
/// <param name="Subject">The tokens' <c>sub</c>: of a program that calls by client credentials mostly its client id.</param>
/// <param name="Principal">Id of a person or a service account.</param>
public sealed record CreateExternalLoginRequest(
    [Required, StringLength(300)] string Issuer, [Required, StringLength(255)] string Subject, [Required, StringLength(20)] string Principal);

/// <summary>A subject of an OpenID provider that is an account here.</summary>
public sealed record ExternalLoginSummary(string Id, string Issuer, string Subject, string Principal, string PrincipalName, DateTimeOffset CreatedAt);

/// <summary>A subject of an OpenID provider is an account from now on.</summary>
public sealed record LoginLinked(string Id, string Principal, string Issuer) : LedgerEvent("login.linked", Principal);

/// <summary>It is not any more.</summary>
public sealed record LoginUnlinked(string Id, string Principal, string Issuer) : LedgerEvent("login.unlinked", Principal);

internal static class ExternalLoginRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/external-logins").WithTags("Access");
        group.MapGet("/", List).WithName("ListExternalLogins").Requires(GovernancePermissions.AccessRead);
        group.MapPost("/", Create).WithName("CreateExternalLogin").Requires(GovernancePermissions.AccessAdmin).Idempotent();
        group.MapDelete("/{id}", Delete).WithName("DeleteExternalLogin").Requires(GovernancePermissions.AccessAdmin);
    }

    private static async Task<Page<ExternalLoginSummary>> List(
        [AsParameters] PageRequest page, string? principal, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var after = page.AfterId();
        var rows = await db.ExternalLogins.AsNoTracking()
            .Where(row => principal == null || row.PrincipalId == principal)
            .Where(row => after == null || string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(row => Summary(row, access.Current)), login => login.Id);
    }

    private static async Task<Created<ExternalLoginSummary>> Create(
        CreateExternalLoginRequest request, AssayDb db, AccessChange change, TimeProvider clock, CancellationToken cancel)
    {
        if (!change.Before.Principals.ContainsKey(request.Principal))
            throw Refusal.Invalid("principal", $"There is no person or service account '{request.Principal}'.");
        if (await db.ExternalLogins.AnyAsync(row => row.Issuer == request.Issuer && row.Subject == request.Subject, cancel))
            throw Refusal.Conflict("This subject is an account already: delete that link first.");
        change.MayGiveAllOf(request.Principal);   // who is that subject at the provider becomes the account
        var now = clock.GetUtcNow();
        var login = new ExternalLogin
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Issuer = request.Issuer,
            Subject = request.Subject,
            PrincipalId = request.Principal,
            CreatedAt = now,
        };
        db.ExternalLogins.Add(login);
        await change.Save(new LoginLinked(login.Id, login.PrincipalId, login.Issuer), cancel);
        return TypedResults.Created($"/api/v1/external-logins/{login.Id}", Summary(login, change.Before));
    }

    private static async Task<NoContent> Delete(string id, AssayDb db, AccessChange change, CancellationToken cancel)
    {
        var login = await db.ExternalLogins.FindAsync([id], cancel) ?? throw Refusal.NotFound("external login", id);
        db.Remove(login);
        await change.Save(new LoginUnlinked(id, login.PrincipalId, login.Issuer), cancel);
        return TypedResults.NoContent();
    }

    private static ExternalLoginSummary Summary(ExternalLogin row, AccessSnapshot accounts) =>
        new(row.Id, row.Issuer, row.Subject, row.PrincipalId, accounts.NameOf(row.PrincipalId), row.CreatedAt);
}
