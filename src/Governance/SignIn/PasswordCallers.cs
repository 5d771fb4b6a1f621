using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Access;
using Assay.Governance.Access.Decisions;
using Assay.Kernel.Refusals;

namespace Assay.Governance.SignIn;

/// <summary>
/// Callers who send a user name and a password with each request, as MLflow's clients do. A password is made to be slow to
/// check, so the answer is kept for a minute, by a keyed digest that says nothing about the password; requests that come
/// meanwhile share one check.
/// </summary>
internal sealed class PasswordCallers(IServiceScopeFactory scopes, AccessState access, SignInThrottle throttle, PasswordHashes hashes, TimeProvider clock)
{
    private const int KeptMax = 10_000;
    private static readonly TimeSpan KeptRight = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan KeptWrong = TimeSpan.FromSeconds(10);   // a script that tries the same again is no guess
    private readonly ConcurrentDictionary<string, Answer> _kept = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The caller with that name and password; null when there is none.</summary>
    /// <exception cref="Refusal">429: too many different ones were tried.</exception>
    public async ValueTask<ClaimsPrincipal?> Find(string userName, string password, IPAddress? address)
    {
        if (userName.Length is 0 or > 200 || password.Length is 0 or > PasswordRules.LengthMax)
            return null;
        var key = Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{userName}\n{password}")));
        var now = clock.GetUtcNow();
        if (!_kept.TryGetValue(key, out var answer) || answer.Until < now || answer.Changes != hashes.Changes)
        {
            if (_kept.Count >= KeptMax)
                _kept.Clear();
            var next = new Answer(new(() => Check(userName, password, address)), hashes.Changes);
            answer = answer is null ? _kept.GetOrAdd(key, next) : _kept.TryUpdate(key, next, answer) ? next : _kept.GetValueOrDefault(key, next);
        }

        return await Wait(key, answer);
    }

    private async Task<ClaimsPrincipal?> Wait(string key, Answer answer)
    {
        try
        {
            var caller = await answer.Caller.Value;
            answer.Until = answer.Until == DateTimeOffset.MaxValue ? clock.GetUtcNow() + (caller is null ? KeptWrong : KeptRight) : answer.Until;
            return caller is not null && access.Current.Principals.GetValueOrDefault(caller.PrincipalId()!) is { Active: true } ? caller : null;
        }
        catch
        {
            _kept.TryRemove(new(key, answer));   // a check that failed is no answer
            throw;
        }
    }

    // Not cancelled with the request that began it, for others wait for it too.
    private async Task<ClaimsPrincipal?> Check(string userName, string password, IPAddress? address)
    {
        if (!throttle.TryTake(address))
            throw Refusal.Limit(StatusCodes.Status429TooManyRequests, "Too many sign-ins in this minute. Try again in the next one.");
        await using var scope = scopes.CreateAsyncScope();
        var (account, _) = await scope.ServiceProvider.GetRequiredService<PasswordSignIn>().Check(userName, password, address, CancellationToken.None);
        if (account is null)
            return null;
        throttle.GiveBack(address);
        return AccessClaims.Of(account);
    }

    private sealed class Answer(Lazy<Task<ClaimsPrincipal?>> caller, long changes)
    {
        /// <summary>How many passwords had been set when it was asked for: a change holds at once.</summary>
        public long Changes => changes;

        public Lazy<Task<ClaimsPrincipal?>> Caller { get; } = caller;

        /// <summary>Until when it is kept; without an end while it is not known.</summary>
        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;
    }
}
