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
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, (ClaimsPrincipal? Caller, DateTimeOffset Until)> _kept = new();

    /// <summary>The caller who presents this token, or null.</summary>
    public ValueTask<ClaimsPrincipal?> ByToken(string token, CancellationToken cancel)
    {
        var hash = TokenSecrets.Hash(token);
        return IsKept(hash, out var caller) ? new(caller) : Find(hash, token => row => row.Hash == token, cancel);
    }

    /// <summary>The caller who presented this token some seconds ago, without a look at the database; null when it has to be asked.</summary>
    public ClaimsPrincipal? Kept(string token) => IsKept(TokenSecrets.Hash(token), out var caller) ? caller : null;

    /// <summary>The caller whose session rests on the token of that id, or null when it was revoked or has expired.</summary>
    public ValueTask<ClaimsPrincipal?> ById(string id, CancellationToken cancel) =>
        IsKept(id, out var caller) ? new(caller) : Find(id, token => row => row.Id == token, cancel);

    /// <summary>Forgets what is kept, so that a revocation holds at once.</summary>
    public void Forget() => _kept.Clear();

    private bool IsKept(string key, out ClaimsPrincipal? caller)
    {
        var found = _kept.TryGetValue(key, out var kept) && kept.Until > clock.GetUtcNow();
        caller = kept.Caller;
        return found;
    }

    private async ValueTask<ClaimsPrincipal?> Find(string key, Func<string, Expression<Func<AccessToken, bool>>> match, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var row = await db.Tokens.AsNoTracking().SingleOrDefaultAsync(match(key), cancel);
        var good = row is { RevokedAt: null } && (row.ExpiresAt is null || row.ExpiresAt > now);
        var principal = good && row!.PrincipalId is { } id ? access.Current.Principals.GetValueOrDefault(id) : null;
        var caller = principal is { Active: true } ? AccessClaims.Of(principal, row!) : null;
        if (caller is not null)
            uses.Note(row!.Id);

        if (_kept.Count >= KeptMax)
            _kept.Clear();
        _kept[key] = (caller, now + KeptFor);
        return caller;
    }
}
