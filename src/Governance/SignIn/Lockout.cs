using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.SignIn;

/// <summary>
/// Slows guessing of one user name's password down: the fifth wrong password in a row locks the name for half a minute,
/// each further one for twice as long, up to a quarter of an hour. A day without an attempt forgets them.
/// </summary>
internal sealed class Lockout(AssayDb db, TimeProvider clock)
{
    private const int FreeAttempts = 4;
    private const int TriesAtOnce = 5;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>
    /// Counts an attempt before its password is looked at, so that many at once can't slip past the count. A right
    /// password takes all back by <see cref="Clear"/>.
    /// </summary>
    /// <returns>Whether the password may be looked at, and how long the name is locked from now on.</returns>
    public async Task<(bool Allowed, TimeSpan Locked)> Take(string userName, CancellationToken cancel)
    {
        var key = TokenSecrets.Hash(userName);
        for (var i = 0; i < TriesAtOnce; i++)
        {
            var now = clock.GetUtcNow();
            var seen = await db.FailedSignIns.AsNoTracking().SingleOrDefaultAsync(row => row.NameHash == key, cancel);
            if (seen?.LockedUntil > now)
                return (false, seen.LockedUntil - now);

            var attempts = seen is null || seen.LastAt < now - Remembered ? 1 : seen.Attempts + 1;
            var locked = LockedFor(attempts);
            if (await Count(key, seen, attempts, now, now + locked, cancel))
                return (true, locked);
        }

        // So many at the same time: nobody types like that.
        return (false, First);
    }

    /// <summary>Forgets the attempts: the person is in, or an administrator lets it in.</summary>
    public async Task Clear(string userName, CancellationToken cancel)
    {
        var key = TokenSecrets.Hash(userName);
        await db.FailedSignIns.Where(row => row.NameHash == key).ExecuteDeleteAsync(cancel);
    }

    private static TimeSpan LockedFor(int attempts) => attempts <= FreeAttempts
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(attempts - FreeAttempts - 1, 10))));

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
