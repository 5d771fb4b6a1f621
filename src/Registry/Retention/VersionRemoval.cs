using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>
/// Takes a version away, with all that was stated about it, in one transaction. Its bytes go afterwards, once nothing else
/// names them: a process that dies in between leaves bytes that nobody can reach, and the next sweep finds them.
/// </summary>
internal sealed class VersionRemoval(
    AssayDb db, ILedger ledger, VersionBook book, RetentionBook retention, Obstacles obstacles, VersionPapers papers, RemovalServices services)
{
    /// <exception cref="Refusal">There is no such version, or something stands in the way; said in the ledger.</exception>
    public async Task<DeletedVersion> Remove(string name, int number, string reason, CancellationToken cancel)
    {
        // Read before anything is looked at: what changes the model from here on makes the deletion fail.
        var model = await db.Models.SingleOrDefaultAsync(row => row.Name == name, cancel) ?? throw Refusal.NotFound("model", name);
        var version = await book.Get(name, number.ToString(CultureInfo.InvariantCulture), cancel);
        await Check(version, cancel);

        var promise = await retention.Of(version, cancel);
        var tombstone = new DeletedVersion
        {
            Model = name,
            Version = number,
            Digest = version.Digest,
            RegisteredAt = version.CreatedAt,
            Reached = promise.Reached,
            KeptUntil = promise.KeepUntil,
            DeletedBy = services.Caller.Id,
            DeletedAt = services.Clock.GetStoredNow(),
            Reason = reason,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        model.Changes++;
        db.ModelVersions.Remove(version);
        db.DeletedVersions.Add(tombstone);
        ledger.Append(new ModelVersionDeleted(name, number, version.Digest, promise.Reached, promise.KeepUntil));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"{name} was changed at the same time. Look at it, and try again.");
        }

        await papers.Remove(name, number, cancel);
        await transaction.CommitAsync(cancel);
        services.Sweeper.Soon();
        return tombstone;
    }

    private async Task Check(ModelVersion version, CancellationToken cancel)
    {
        var found = await obstacles.Of(version, cancel);
        if (found.Count == 0)
            return;
        ledger.Append(new ModelDeletionRefused(version.Model, version.Version, version.Digest, [.. found.Select(obstacle => obstacle.Kind).Distinct()]));
        await db.SaveChangesAsync(cancel);
        throw Refusal.Conflict($"{version.Model} version {version.Version} can't be deleted. {string.Join(' ', found.Select(obstacle => obstacle.Message))}");
    }
}

/// <summary>What a removal needs besides the rows.</summary>
internal sealed class RemovalServices(Caller caller, TimeProvider clock, IBlobSweeper sweeper)
{
    public Caller Caller => caller;

    public TimeProvider Clock => clock;

    public IBlobSweeper Sweeper => sweeper;
}
