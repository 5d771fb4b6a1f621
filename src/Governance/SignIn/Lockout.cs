using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>
/// Slows guessing of one user name's password down: the fifth wrong password in a row from one network locks the name for
/// that network for half a minute, each further one for twice as long, up to a quarter of an hour. So nobody shuts others
/// out by wrong passwords for their name, and guesses from many networks are bounded all the same: the hundredth wrong one
/// in a row, from wherever, locks the name for all, likewise. A day without an attempt forgets them.
/// </summary>
internal sealed class Lockout(AssayDb db, TimeProvider clock)
{
    private const int FreeFromOneNetwork = 4;
    private const int FreeFromAll = 99;
    private const int TriesAtOnce = 5;
    private const int NameDigits = 40;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>
    /// Counts an attempt before its password is looked at, so that many at once can't slip past the count. A right
    /// password takes all back by <see cref="Clear"/>.
    /// </summary>
    /// <param name="userName">Whose password is tried.</param>
    /// <param name="network">From where, as <see cref="SignInThrottle.Network"/> tells it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Whether the password may be looked at, and how long the name is locked from now on, for that network.</returns>
    public async Task<(bool Allowed, TimeSpan Locked)> Take(string userName, string network, CancellationToken cancel)
    {
        // What is refused for its network doesn't count for all: else one network could lock the name for everybody.
        var near = await Take(Key(userName, network), FreeFromOneNetwork, cancel);
        if (!near.Allowed)
            return near;
        var all = await Take(Key(userName, null), FreeFromAll, cancel);
        return (all.Allowed, all.Locked > near.Locked ? all.Locked : near.Locked);
    }

    /// <summary>Forgets the attempts: the person is in, or an administrator lets it in.</summary>
    public async Task Clear(string userName, CancellationToken cancel)
    {
        var name = Name(userName);
        await db.FailedSignIns.Where(row => row.NameHash.StartsWith(name)).ExecuteDeleteAsync(cancel);
    }

    // One column holds both: the digest of the name first, by which all of a name are found, then that of the network.
    private static string Key(string userName, string? network) =>
        Name(userName) + (network is null ? "" : TokenSecrets.Hash(network)[NameDigits..]);

    private static string Name(string userName) => TokenSecrets.Hash(userName)[..NameDigits];

    private async Task<(bool Allowed, TimeSpan Locked)> Take(string key, int free, CancellationToken cancel)
    {
        for (var i = 0; i < TriesAtOnce; i++)
        {
            var now = clock.GetUtcNow();
            var seen = await db.FailedSignIns.AsNoTracking().SingleOrDefaultAsync(row => row.NameHash == key, cancel);
            if (seen?.LockedUntil > now)
                return (false, seen.LockedUntil - now);

            var attempts = seen is null || seen.LastAt < now - Remembered ? 1 : seen.Attempts + 1;
            var locked = LockedFor(attempts - free);
            if (await Count(key, seen, attempts, now, now + locked, cancel))
                return (true, locked);
        }

        // So many at the same time: nobody types like that.
        return (false, First);
    }

    private static TimeSpan LockedFor(int tooMany) => tooMany <= 0
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(tooMany - 1, 10))));

    private async Task<bool> Count(string key, FailedSignIn? seen, int attempts, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken cancel)
    {
        if (seen is not null)
        {
            // Only if nobody counted in between.
            return await db.FailedSignIns.Where(row => row.NameHash == key && row.Attempts == seen.Attempts && row.LastAt == seen.LastAt)
                .ExecuteUpdateAsync(row => row.SetProperty(failed => failed.Attempts, attempts)
                    .SetProperty(failed => failed.LastAt, now).SetProperty(failed => failed.LockedUntil, lockedUntil), cancel) == 1;
        }

        var forgotten = now - Remembered;
        await db.FailedSignIns.Where(row => row.LastAt < forgotten).ExecuteDeleteAsync(cancel);
        var row = new FailedSignIn { NameHash = key, Attempts = attempts, LastAt = now, LockedUntil = lockedUntil };
        db.FailedSignIns.Add(row);
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody else counted the first attempt at the same time
        {
            return false;
        }
        finally
        {
            db.Entry(row).State = EntityState.Detached;
        }
    }
}
