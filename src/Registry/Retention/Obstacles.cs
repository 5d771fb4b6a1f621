using System.Globalization;
using Assay.Kernel;
using Assay.Registry.Approvals;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>Finds all that keeps a version from being deleted. No role is asked: it is the same for everybody.</summary>
internal sealed class Obstacles(AssayDb db, RetentionBook retention, HoldBook holds, IEnumerable<IVersionUse> uses, TimeProvider clock)
{
    public async Task<List<DeletionObstacle>> Of(ModelVersion version, CancellationToken cancel)
    {
        var found = new List<DeletionObstacle>();
        var promise = await retention.Of(version, cancel);
        if (promise.KeepUntil > clock.GetUtcNow())
            found.Add(new("retained", $"It is kept until {Day(promise.KeepUntil)}, which nobody can shorten; {Reason(promise)}.", promise.KeepUntil));
        await AddHolds(found, version, cancel);
        if (version.Stage is Stage.Production or Stage.Staging)
            found.Add(new("staged", $"It is in {version.Stage}. Promote another version in its place first."));
        await AddNames(found, version, cancel);
        await AddRequests(found, version, cancel);
        foreach (var use in uses)
            found.AddRange((await use.Uses(version.Model, version.Version, cancel)).Select(sentence => new DeletionObstacle("served", sentence)));
        return found;
    }

    private async Task AddHolds(List<DeletionObstacle> found, ModelVersion version, CancellationToken cancel)
    {
        var inForce = await holds.On(version.Model, version.Version, cancel);
        found.AddRange(inForce.Select(hold => new DeletionObstacle(
            "held", $"A legal hold on {hold.What} ({hold.Reference}) is in force since {Day(hold.PlacedAt)}. Somebody other than who put it can release it.")));
        if (await holds.IsOneMissing(version.Model, version.Version, inForce, cancel))
            found.Add(new("held", "The ledger knows of a legal hold whose row was changed or taken away. Verify the ledger, and restore the row from a backup."));
    }

    private async Task AddNames(List<DeletionObstacle> found, ModelVersion version, CancellationToken cancel)
    {
        var stage = Stage.AliasOf(version.Stage);
        var aliases = await db.ModelAliases
            .Where(alias => alias.Model == version.Model && alias.Version == version.Version && alias.Alias != stage)
            .Select(alias => alias.Alias).OrderBy(alias => alias).ToListAsync(cancel);
        found.AddRange(aliases.Select(alias => new DeletionObstacle("aliased", $"The alias '{alias}' leads to it. Move or remove the alias first.")));
    }

    private async Task AddRequests(List<DeletionObstacle> found, ModelVersion version, CancellationToken cancel)
    {
        var open = await db.ApprovalRequests
            .Where(request => request.Model == version.Model && request.Version == version.Version && request.State == RequestState.Open)
            .OrderBy(request => request.Id).Select(request => request.Stage).ToListAsync(cancel);
        found.AddRange(open.Select(stage => new DeletionObstacle("requested", $"A request for its approval for {stage} is open. Withdraw it first.")));
        var glass = await db.BrokenGlass
            .Where(row => row.Model == version.Model
                && ((row.Version == version.Version && (row.EndedAt == null || row.ReviewedAt == null)) || (row.Former == version.Version && row.EndedAt == null)))
            .Select(row => row.Version).ToListAsync(cancel);
        found.AddRange(glass.Select(number => new DeletionObstacle(
            "emergency",
            number == version.Version
                ? "An emergency about it has not ended or has not been reviewed. Wait for its end, and have it reviewed."
                : $"Version {number} falls back to it when the emergency ends. Wait for that.")));
    }

    private static string Reason(Promise promise) => promise.Reached == Stage.None
        ? $"versions that were in no stage are kept for {promise.Days} days"
        : $"it was in {promise.Reached}, for which it was promised {promise.Days} days";

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
