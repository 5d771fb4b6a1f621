using System.Collections.Concurrent;
using System.Security.Claims;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>Finds the caller behind a token. Answers are kept for a few seconds, so that a prediction costs no query.</summary>
internal sealed class Tokens(IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, (ClaimsPrincipal? Caller, DateTimeOffset Until)> _kept = new();

    /// <summary>The caller who presents this token, or null.</summary>
    public ValueTask<ClaimsPrincipal?> ByToken(string token, CancellationToken cancel)
    {
        var hash = TokenSecrets.Hash(token);
        return Find(hash, row => row.Hash == hash, cancel);
    }

    /// <summary>The caller whose session rests on the token of that id, or null when it was revoked or has expired.</summary>
    public ValueTask<ClaimsPrincipal?> ById(string id, CancellationToken cancel) => Find(id, row => row.Id == id, cancel);

    /// <summary>Forgets what is kept, so that a revocation holds at once.</summary>
    public void Forget() => _kept.Clear();

    private async ValueTask<ClaimsPrincipal?> Find(
        string key, System.Linq.Expressions.Expression<Func<AccessToken, bool>> match, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue(key, out var kept) && kept.Until > now)
            return kept.Caller;

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var row = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(match, cancel);
        var caller = row is { RevokedAt: null } && (row.ExpiresAt is null || row.ExpiresAt > now) ? AccessClaims.Principal(row) : null;

        if (_kept.Count >= KeptMax)
            _kept.Clear();
        _kept[key] = (caller, now + Kept);
        return caller;
    }
}

/// <summary>What a caller's principal says.</summary>
public static class AccessClaims
{
    internal const string TokenId = "token";
    private const string RoleName = "role";
    private const string Project = "project";

    internal static ClaimsPrincipal Principal(AccessToken token)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, token.Name), new(TokenId, token.Id), new(RoleName, token.Role.ToString()) };
        if (token.BoundProject is not null)
            claims.Add(new(Project, token.BoundProject));
        return new(new ClaimsIdentity(claims, "assay"));
    }

    extension(ClaimsPrincipal caller)
    {
        /// <summary>Pseudonymous id for the ledger.</summary>
        public string ActorId() => caller.FindFirstValue(TokenId) is { } id ? $"token:{id}" : "anonymous";

        /// <summary>The caller's role; null for a guest.</summary>
        public Role? Role() => Enum.TryParse<Role>(caller.FindFirstValue(RoleName), out var role) ? role : null;

        /// <summary>The one project that the caller is bound to; null for none.</summary>
        public string? BoundProject() => caller.FindFirstValue(Project);
    }
}
