using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

/// <summary>An experiment with what is said of it.</summary>
public sealed record ExperimentDetail(string Id, string Name, DateTimeOffset CreatedAt, int Runs) : ExperimentSummary(Id, Name, CreatedAt, Runs)
{
    /// <summary>Where the files of its runs are, as MLflow's clients are told.</summary>
    public string ArtifactLocation { get; init; } = "";

    /// <summary>What clients have noted about it.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>An experiment by its id, also a deleted one.</summary>
internal static class ShowExperiment
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowExperiment").Requires(TrackingPermissions.Read, resource: "id");

    private static async Task<ExperimentDetail> Handle(string id, AssayDb db, ExperimentBook book, Sessions sessions, CancellationToken cancel) =>
        await Of(await Find(id, db, book, cancel), db, sessions, cancel);

    /// <exception cref="Refusal">404.</exception>
    public static async Task<Experiment> Find(string id, AssayDb db, ExperimentBook book, CancellationToken cancel)
    {
        if (id == Experiment.DefaultId)
            await book.EnsureDefault(cancel);
        return await db.Experiments.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("experiment", id);
    }

    public static async Task<ExperimentDetail> Of(Experiment experiment, AssayDb db, Sessions sessions, CancellationToken cancel)
    {
        var runs = sessions.Read(session => RunCount.Of(session, experiment.Key));
        return new(experiment.Id, experiment.Name, experiment.CreatedAt, runs)
        {
            UpdatedAt = experiment.UpdatedAt,
            IsDeleted = experiment.Lifecycle == Lifecycle.Deleted,
            ArtifactLocation = experiment.Location,
            Tags = await db.ExperimentTags.AsNoTracking().Where(tag => tag.ExperimentKey == experiment.Key)
                .ToDictionaryAsync(tag => tag.Key, tag => tag.Value, cancel),
        };
    }
}
