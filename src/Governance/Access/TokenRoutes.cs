using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access.Decisions;
using Assay.Governance.SignIn;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>A new access token.</summary>
/// <param name="Name">What it is for, as people will read it.</param>
/// <param name="Role">The role whose permissions it may use at most; the rights of its account limit it as well.</param>
/// <param name="Project">The one project in which it is good; left out for all.</param>
/// <param name="ExpiresInDays">Left out for a token that does not expire.</param>
/// <param name="Permissions">Instead of a role: the permissions that it may use at most.</param>
/// <param name="Principal">The caller's own account when left out, else the id of a service account that the caller owns.</param>
public sealed record CreateTokenRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [StringLength(63)] string? Role = null,
    [StringLength(63)] string? Project = null,
    [Range(1, 3650)] int? ExpiresInDays = null,
    [MaxLength(100)] IReadOnlyList<string>? Permissions = null,
    [StringLength(20)] string? Principal = null);

/// <summary>A token as listed; the secret is never shown again.</summary>
/// <param name="Id">Stands in the token itself.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Prefix">How the token begins, to recognize it by where it is used.</param>
/// <param name="Principal">Id of the account that it acts for.</param>
/// <param name="PrincipalName">That account's name.</param>
/// <param name="Role">The role that limits it; null when permissions do, or nothing.</param>
/// <param name="Permissions">The permissions that limit it; null when a role does, or nothing.</param>
/// <param name="Project">The one project in which it is good; null for all.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops being good; null for never.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When it was used last, to about a minute; null for never.</param>
public sealed record TokenSummary(
    string Id, string Name, string Prefix, string Principal, string PrincipalName, string? Role, IReadOnlyList<string>? Permissions,
    string? Project, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt);

/// <summary>A token just made, with its secret, shown this once.</summary>
public sealed record CreatedToken(TokenSummary Summary, string Token);

/// <summary>A link that signs one browser in, once.</summary>
/// <param name="Path">Relative to the console's address; good for 15 minutes.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
public sealed record SignInLink(string Path, DateTimeOffset ExpiresAt);

public sealed record TokenCreated(string Id, string Principal, string? Scope, string? BoundProject) : LedgerEvent("token.created", $"token:{Id}");

public sealed record TokenRevoked(string Id) : LedgerEvent("token.revoked", $"token:{Id}");

public sealed record SignInLinkIssued(string TokenId) : LedgerEvent("session.link-issued", $"token:{TokenId}");

internal static class TokenRoutes
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tokens").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateToken").Requires(GovernancePermissions.TokensAdmin);
        group.MapGet("/", List).WithName("ListTokens").Requires(GovernancePermissions.TokensRead);
        group.MapDelete("/{id}", Revoke).WithName("RevokeToken").Requires(GovernancePermissions.TokensAdmin);
        routes.MapPost("/api/v1/sign-in-links", Link).WithName("CreateSignInLink").WithTags("Access").Requires(GovernancePermissions.TokensAdmin);
    }

    // Not idempotent by key: the kept answer would keep the secret.
    internal static async Task<Created<CreatedToken>> Create(
        CreateTokenRequest request, AssayDb db, ILedger ledger, NewToken checks, TimeProvider clock, CancellationToken cancel)
    {
        var (principal, scope) = checks.Allowed(request);
        if (request.Project is { } project && !await db.Projects.AnyAsync(row => row.Name == project, cancel))
            throw Refusal.Invalid("project", $"There is no project '{project}'. Create it first.");

        var (id, secret) = TokenSecrets.NewToken();
        var now = clock.GetUtcNow();
        var token = new AccessToken
        {
            Id = id,
            Name = request.Name,
            PrincipalId = principal.Id,
            Scope = scope,
            BoundProject = request.Project,
            Hash = TokenSecrets.Hash(secret),
            CreatedAt = now,
            ExpiresAt = request.ExpiresInDays is { } days ? now.AddDays(days) : null,
        };
        db.Tokens.Add(token);
        ledger.Append(new TokenCreated(id, principal.Id, scope, token.BoundProject));
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/api/v1/tokens/{id}", new CreatedToken(Summary(token, principal.DisplayName), secret));
    }

    internal static async Task<Page<TokenSummary>> List(
        [AsParameters] PageRequest page, string? principal, AssayDb db, AccessState access, CancellationToken cancel)
    {
        var after = page.AfterId(TokenSecrets.IsId);
        var rows = await db.Tokens.AsNoTracking()
            .Where(row => principal == null || row.PrincipalId == principal)
            .Where(row => after == null || string.Compare(row.Id, after) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        var principals = access.Current.Principals;
        return page.Of(
            rows.ConvertAll(row => Summary(row, principals.GetValueOrDefault(row.PrincipalId ?? "")?.DisplayName ?? "unknown")),
            token => token.Id);
    }

    internal static async Task<NoContent> Revoke(
        string id, AssayDb db, ILedger ledger, Tokens tokens, TimeProvider clock, CancellationToken cancel)
    {
        var token = await db.Tokens.FindAsync([id], cancel) ?? throw Refusal.NotFound("token", id);
        if (token.RevokedAt is null)
        {
            token.RevokedAt = clock.GetUtcNow();
            ledger.Append(new TokenRevoked(id));
            await db.SaveChangesAsync(cancel);
            tokens.Forget();
        }

        return TypedResults.NoContent();
    }

    private static async Task<SignInLink> Link(
        HttpContext http, AssayDb db, ILedger ledger, SignInMacs macs, TimeProvider clock, CancellationToken cancel)
    {
        var tokenId = http.User.FindFirst(AccessClaims.TokenId)?.Value
            ?? throw Refusal.Conflict("A sign-in link rests on an access token: call with one.");
        var now = clock.GetUtcNow();
        db.SignInCodes.RemoveRange(await db.SignInCodes.Where(row => row.ExpiresAt < now).Take(100).ToListAsync(cancel));

        var secret = TokenSecrets.NewSecret();
        var expires = now + LinkLife;
        db.SignInCodes.Add(macs.Mark(new SignInCode { Hash = TokenSecrets.Hash(secret), TokenId = tokenId, ExpiresAt = expires }));
        ledger.Append(new SignInLinkIssued(tokenId));
        await db.SaveChangesAsync(cancel);
        return new($"/sign-in?code={secret}", expires);
    }

    private static TokenSummary Summary(AccessToken row, string principalName)
    {
        var isList = row.Scope?.Contains('.', StringComparison.Ordinal) == true;
        return new(
            row.Id, row.Name, $"{TokenSecrets.Prefix}{row.Id}", row.PrincipalId ?? "", principalName,
            isList ? null : row.Scope, isList ? row.Scope!.Split(' ') : null,
            row.BoundProject, row.CreatedAt, row.ExpiresAt, row.RevokedAt, row.LastUsedAt);
    }
}
