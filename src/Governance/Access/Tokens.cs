using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Security.Claims;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>Finds the caller behind a token. Answers are kept for a few seconds, so that a prediction costs no query.</summary>
internal sealed class Tokens(IServiceScopeFactory scopes, AccessState access, LastUses uses, TimeProvider clock)
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

    private async ValueTask<ClaimsPrincipal?> Find(string key, Expression<Func<AccessToken, bool>> match, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue(key, out var kept) && kept.Until > now)
            return kept.Caller;

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var row = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(match, cancel);
        var good = row is { RevokedAt: null } && (row.ExpiresAt is null || row.ExpiresAt > now);
        var principal = good && row!.PrincipalId is { } id ? access.Current.Principals.GetValueOrDefault(id) : null;
        var caller = principal is { Active: true } ? AccessClaims.Of(principal, row!) : null;
        if (caller is not null)
            uses.Note(row!.Id);

        if (_kept.Count >= KeptMax)
            _kept.Clear();
        _kept[key] = (caller, now + Kept);
        return caller;
    }
}
