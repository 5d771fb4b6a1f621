using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Security.Claims;
using Assay.Governance.Access.Decisions;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Access;

/// <summary>
/// Finds the caller behind a token. Answers are kept for a few seconds, so that a prediction costs no query, and for some
/// minutes while the database is away: what can't be written can't be revoked, and predictions go on.
/// </summary>
internal sealed class Tokens(IServiceScopeFactory scopes, AccessState access, LastUses uses, TimeProvider clock)
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptWhileAway = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);   // of somebody who was known before
    private readonly ConcurrentDictionary<string, KeptCaller> _kept = new();
    private int _forgotten;

    /// <summary>The caller who presents this token, or null.</summary>
    public ValueTask<ClaimsPrincipal?> ByToken(string token, CancellationToken cancel)
    {
        var hash = TokenSecrets.Hash(token);
        return FindKept(hash) is { } kept ? new(kept.Caller) : Find(hash, token => row => row.Hash == token, cancel);
    }

    /// <summary>Who presented this token some seconds ago, without a look at the database; null when it has to be asked.</summary>
    public KeptCaller? Kept(string token) => FindKept(TokenSecrets.Hash(token));

    /// <summary>Whether what was kept still holds.</summary>
    public bool Holds(KeptCaller kept) => kept.Forgotten == Volatile.Read(ref _forgotten) && kept.Until > clock.GetUtcNow();

    /// <summary>The caller whose session rests on the token of that id, or null when it was revoked or has expired.</summary>
    public ValueTask<ClaimsPrincipal?> ById(string id, CancellationToken cancel) =>
        FindKept(id) is { } kept ? new(kept.Caller) : Find(id, token => row => row.Id == token, cancel);

    /// <summary>Forgets what is kept, so that a revocation holds at once.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _forgotten);
        _kept.Clear();
    }

    private KeptCaller? FindKept(string key) => _kept.TryGetValue(key, out var kept) && Holds(kept) ? kept : null;

    private async ValueTask<ClaimsPrincipal?> Find(string key, Func<string, Expression<Func<AccessToken, bool>>> match, CancellationToken cancel)
    {
        if (KnownBefore(key) is not { } before)
            return await Ask(key, match, cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return await Ask(key, match, patience.Token);
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested && (problem is OperationCanceledException || StorageTrouble.IsAway(problem)))
        {
            _kept[key] = before with { Until = clock.GetUtcNow() + KeptFor };
            return before.Caller;
        }
    }

    // Of somebody whose token is still good by the last that was heard of it.
    private KeptCaller? KnownBefore(string key)
    {
        var now = clock.GetUtcNow();
        return _kept.TryGetValue(key, out var kept) && kept.Caller is not null && kept.Forgotten == Volatile.Read(ref _forgotten)
            && now < kept.FoundAt + KeptWhileAway && !(kept.ExpiresAt <= now)
            ? kept
            : null;
    }

    private async ValueTask<ClaimsPrincipal?> Ask(string key, Func<string, Expression<Func<AccessToken, bool>>> match, CancellationToken cancel)
    {
        var (now, forgotten) = (clock.GetUtcNow(), Volatile.Read(ref _forgotten));   // before the look, so that nothing older outlives a revocation
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
        _kept[key] = new(caller, now, now + KeptFor, row?.ExpiresAt, forgotten);
        return caller;
    }
}

/// <summary>Whom a token was found to belong to.</summary>
/// <param name="Caller">Null for nobody.</param>
/// <param name="FoundAt">When the database said so.</param>
/// <param name="Until">When it has to be asked again.</param>
/// <param name="ExpiresAt">When the token stops being good; null for never.</param>
/// <param name="Forgotten">How often everything had been forgotten by then.</param>
internal sealed record KeptCaller(ClaimsPrincipal? Caller, DateTimeOffset FoundAt, DateTimeOffset Until, DateTimeOffset? ExpiresAt, int Forgotten);
