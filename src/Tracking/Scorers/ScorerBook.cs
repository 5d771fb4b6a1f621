using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Scorers;

/// <summary>A version of a scorer is kept.</summary>
/// <param name="Experiment">Id of the experiment.</param>
/// <param name="Name">The scorer's name.</param>
/// <param name="Version">From 1 on.</param>
/// <param name="Digest">SHA-256 of what its client wrote down.</param>
internal sealed record ScorerRegistered(string Experiment, string Name, long Version, string Digest)
    : LedgerEvent("scorer.registered", $"scorer:{Experiment}/{Name}@{Version}");

/// <summary>Versions of a scorer were deleted.</summary>
internal sealed record ScorerDeleted(string Experiment, string Name, IReadOnlyList<long> Versions)
    : LedgerEvent("scorer.deleted", $"scorer:{Experiment}/{Name}");

/// <summary>Keeps scorers and takes them away, each with its event.</summary>
internal sealed class ScorerBook(AssayDb db, ILedger ledger)
{
    // An event has a bounded length; the other versions are deleted all the same.
    private const int VersionsToldMax = 1000;

    /// <exception cref="Refusal">409: somebody else registered the next version at this moment.</exception>
    public async Task<ScorerRow> Add(string experiment, string name, string content, long now, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var last = await db.Set<Scorer>().AsNoTracking().Where(row => row.ExperimentId == experiment && row.Name == name)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancel);
        var next = new ScorerRow(experiment, name, (last?.Version ?? 0) + 1, last?.ScorerId ?? Guid.NewGuid().ToString(), now, content);
        await Save(next, cancel);
        await transaction.CommitAsync(cancel);
        return next;
    }

    /// <summary>Keeps a version that was registered elsewhere, under its number; the same one again is nothing new.</summary>
    /// <exception cref="Refusal">409: another scorer has the name and number.</exception>
    public async Task<ScorerRow> Import(ScorerRow scorer, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var known = await db.Set<Scorer>().AsNoTracking().Where(row => row.ExperimentId == scorer.ExperimentId && row.Name == scorer.Name).ToListAsync(cancel);
        var kept = scorer with { ScorerId = known.Count > 0 ? known[0].ScorerId : scorer.ScorerId.Length > 0 ? scorer.ScorerId : Guid.NewGuid().ToString() };
        if (known.Find(row => row.Version == scorer.Version) is { } same)
        {
            return same.Content == scorer.Content
                ? kept
                : throw Refusal.Conflict($"Version {scorer.Version} of the scorer '{scorer.Name}' is here already, and says something else. It is not written over.");
        }

        await Save(kept, cancel);
        await transaction.CommitAsync(cancel);
        return kept;
    }

    private async Task Save(ScorerRow scorer, CancellationToken cancel)
    {
        db.Set<Scorer>().Add(new()
        {
            ExperimentId = scorer.ExperimentId,
            Name = scorer.Name,
            Version = scorer.Version,
            ScorerId = scorer.ScorerId,
            CreatedAt = scorer.CreatedAt,
            Content = scorer.Content,
        });
        ledger.Append(new ScorerRegistered(scorer.ExperimentId, scorer.Name, scorer.Version, Digest.Of(Encoding.UTF8.GetBytes(scorer.Content)).ToString()));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // the version is there: only PostgreSQL lets two look for the last one at a time
        {
            throw Refusal.Conflict($"Another version of the scorer '{scorer.Name}' was registered at this moment. Register it again.");
        }
    }

    /// <summary>Takes these versions of one scorer away.</summary>
    public async Task Remove(IReadOnlyList<ScorerRow> scorers, CancellationToken cancel)
    {
        var (experiment, name, versions) = (scorers[0].ExperimentId, scorers[0].Name, scorers.Select(scorer => scorer.Version).ToList());
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.Set<Scorer>().Where(row => row.ExperimentId == experiment && row.Name == name && versions.Contains(row.Version)).ExecuteDeleteAsync(cancel);
        ledger.Append(new ScorerDeleted(experiment, name, [.. versions.Take(VersionsToldMax)]));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
