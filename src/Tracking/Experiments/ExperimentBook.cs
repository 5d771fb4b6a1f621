using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal sealed record ExperimentCreated(string Id, string Name) : LedgerEvent("experiment.created", $"experiment:{Id}");

/// <summary>Experiments of the current project, by name.</summary>
internal sealed class ExperimentBook(AssayDb db, ILedger ledger, TimeProvider clock)
{
    /// <summary>The experiment of that name; a new one is added to the scope's changes and not yet saved.</summary>
    public async Task<Experiment> FindOrAdd(string name, CancellationToken cancel)
    {
        if (name.Length is 0 or > Experiment.NameLengthMax)
            throw new ArgumentException($"An experiment's name has 1 to {Experiment.NameLengthMax} characters.", nameof(name));

        var existing = db.Experiments.Local.SingleOrDefault(experiment => experiment.Name == name)
            ?? await db.Experiments.SingleOrDefaultAsync(experiment => experiment.Name == name, cancel);
        if (existing is not null)
            return existing;

        var now = clock.GetUtcNow();
        var experiment = new Experiment
        {
            Id = name == Experiment.DefaultName ? Experiment.DefaultId : NewId(now),
            Name = name,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Experiments.Add(experiment);
        ledger.Append(new ExperimentCreated(experiment.Id, experiment.Name));
        return experiment;
    }

    /// <summary>Makes the project's first experiment where nobody has looked or written before.</summary>
    public async Task EnsureDefault(CancellationToken cancel)
    {
        if (await db.Experiments.AnyAsync(experiment => experiment.Id == Experiment.DefaultId, cancel))
            return;

        await FindOrAdd(Experiment.DefaultName, cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException) when (db.Experiments.Any(experiment => experiment.Id == Experiment.DefaultId))
        {
            // Somebody else looked at the same moment.
            db.ChangeTracker.Clear();
        }
    }

    // MLflow's clients take an id for a decimal number. Time first, so that ids sort by age; 18 digits fit a signed 64-bit number.
    private static string NewId(DateTimeOffset now) => string.Create(
        CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds()}{Random.Shared.Next(100_000):D5}");
}
