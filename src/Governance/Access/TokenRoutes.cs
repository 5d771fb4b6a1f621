using System.ComponentModel.DataAnnotations;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>A new access token.</summary>
/// <param name="Name">What it is for, as people will read it.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Project">The one project in which it is good; left out for all.</param>
/// <param name="ExpiresInDays">Left out for a token that does not expire.</param>
public sealed record CreateTokenRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    Role Role,
    [StringLength(63)] string? Project = null,
    [Range(1, 3650)] int? ExpiresInDays = null);

/// <summary>A token as listed; the secret is never shown again.</summary>
public sealed record TokenSummary(
    string Id, string Name, Role Role, string? Project, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>A token just made, with its secret, shown this once.</summary>
public sealed record CreatedToken(TokenSummary Summary, string Token);

/// <summary>A link that signs one browser in, once.</summary>
/// <param name="Path">Relative to the console's address; good for 15 minutes.</param>
/// <param name="ExpiresAt">When it stops being good.</param>
public sealed record SignInLink(string Path, DateTimeOffset ExpiresAt);

public sealed record TokenCreated(string Id, Role Role, string? BoundProject) : LedgerEvent("token.created", $"token:{Id}");

public sealed record TokenRevoked(string Id) : LedgerEvent("token.revoked", $"token:{Id}");

public sealed record SignInLinkIssued(string TokenId) : LedgerEvent("session.link-issued", $"token:{TokenId}");

internal static class TokenRoutes
{
    private static readonly TimeSpan LinkLife = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tokens").WithTags("Access");
        group.MapPost("/", Create).WithName("CreateToken").Requires(GovernancePermissions.TokensAdmin);
        group.MapGet("/", List).WithName("ListTokens").Requires(GovernancePermissions.TokensAdmin);
        group.MapDelete("/{id}", Revoke).WithName("RevokeToken").Requires(GovernancePermissions.TokensAdmin);
        routes.MapPost("/api/v1/sign-in-links", Link).WithName("CreateSignInLink").WithTags("Access").Requires(GovernancePermissions.TokensAdmin);
    }

    // Not idempotent by key: the kept answer would keep the secret.
    private static async Task<Created<CreatedToken>> Create(
        CreateTokenRequest request, AssayDb db, ILedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        if (request.Role == Role.Administrator && request.Project is not null)
            throw Refusal.Invalid("project", "An administrator's token is good in every project: leave project out, or choose another role.");
        if (request.Project is { } project && !await db.Projects.AnyAsync(row => row.Name == project, cancel))
            throw Refusal.Invalid("project", $"There is no project '{project}'. Create it first.");

        var (id, secret) = TokenSecrets.NewToken();
        var now = clock.GetUtcNow();
        var token = new AccessToken
        {
            Id = id,
            Name = request.Name,
            Role = request.Role,
            BoundProject = request.Project,
            Hash = TokenSecrets.Hash(secret),
            CreatedAt = now,
            ExpiresAt = request.ExpiresInDays is { } days ? now.AddDays(days) : null,
        };
        db.Tokens.Add(token);
        ledger.Append(new TokenCreated(id, token.Role, token.BoundProject));
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/api/v1/tokens/{id}", new CreatedToken(Summary(token), secret));
    }

    private static async Task<Page<TokenSummary>> List([AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var rows = await db.Tokens.AsNoTracking()
            .Where(row => page.Cursor == null || string.Compare(row.Id, page.Cursor) > 0)
            .OrderBy(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        return page.Of(rows.ConvertAll(Summary), token => token.Id);
    }

    private static async Task<NoContent> Revoke(
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
        HttpContext http, AssayDb db, ILedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        var tokenId = http.User.FindFirst(AccessClaims.TokenId)!.Value;
        var now = clock.GetUtcNow();
        db.SignInCodes.RemoveRange(await db.SignInCodes.Where(row => row.ExpiresAt < now).Take(100).ToListAsync(cancel));

        var secret = TokenSecrets.NewSecret();
        var expires = now + LinkLife;
        db.SignInCodes.Add(new() { Hash = TokenSecrets.Hash(secret), TokenId = tokenId, ExpiresAt = expires });
        ledger.Append(new SignInLinkIssued(tokenId));
        await db.SaveChangesAsync(cancel);
        return new($"/sign-in?code={secret}", expires);
    }

    private static TokenSummary Summary(AccessToken row) =>
        new(row.Id, row.Name, row.Role, row.BoundProject, row.CreatedAt, row.ExpiresAt, row.RevokedAt);
}
