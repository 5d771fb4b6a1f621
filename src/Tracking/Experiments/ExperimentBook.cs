using System.Collections.Concurrent;
using System.Globalization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal sealed record ExperimentCreated(string Id, string Name) : LedgerEvent("experiment.created", $"experiment:{Id}");

/// <summary>The projects that are known to have their first experiment, which never goes away.</summary>
internal sealed class ProjectsWithDefault
{
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    public bool Has(string project) => _known.ContainsKey(project);

    public void Add(string project) => _known[project] = true;
}

/// <summary>Experiments of the current project, by name.</summary>
internal sealed class ExperimentBook(AssayDb db, ILedger ledger, ProjectScope scope, ProjectsWithDefault defaults, TimeProvider clock)
{
    /// <summary>The experiment of that name; a new one is added to the scope's changes and not yet saved.</summary>
    public async Task<Experiment> FindOrAdd(string name, CancellationToken cancel)
    {
        if (name.Length is 0 or > Experiment.NameLengthMax)
            throw new ArgumentException($"An experiment's name has 1 to {Experiment.NameLengthMax} characters.", nameof(name));

        return db.Experiments.Local.SingleOrDefault(experiment => experiment.Name == name)
            ?? await db.Experiments.SingleOrDefaultAsync(experiment => experiment.Name == name, cancel)
            ?? Add(name, null);
    }

    /// <summary>A new experiment, added to the scope's changes and not yet saved.</summary>
    public Experiment Add(string name, string? artifactLocation)
    {
        var now = clock.GetUtcNow();
        var key = NewKey(now);
        var experiment = new Experiment
        {
            Key = key,
            Id = name == Experiment.DefaultName ? Experiment.DefaultId : key.ToString(CultureInfo.InvariantCulture),
            Name = name,
            CreatedAt = now,
            UpdatedAt = now,
            ArtifactLocation = artifactLocation,
        };
        db.Experiments.Add(experiment);
        ledger.Append(new ExperimentCreated(experiment.Id, experiment.Name));
        return experiment;
    }

    /// <summary>Makes the project's first experiment where nobody has looked or written before.</summary>
    public async Task EnsureDefault(CancellationToken cancel)
    {
        var project = scope.Name!;
        if (defaults.Has(project))
            return;
        if (!await db.Experiments.AnyAsync(experiment => experiment.Id == Experiment.DefaultId, cancel))
        {
            await FindOrAdd(Experiment.DefaultName, cancel);
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException) when (db.Experiments.Any(experiment => experiment.Id == Experiment.DefaultId))
            {
                // Somebody else looked at the same moment.
            }

            db.ChangeTracker.Clear();
        }

        defaults.Add(project);
    }

    // MLflow's clients take an id for a decimal number. Time first, so that ids sort by age; 18 digits fit a signed 64-bit number.
    private static long NewKey(DateTimeOffset now) => (now.ToUnixTimeMilliseconds() * 100_000) + Random.Shared.Next(100_000);
}
