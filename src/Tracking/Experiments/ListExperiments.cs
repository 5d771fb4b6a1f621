using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Store;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Experiments;

internal static class ListExperiments
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListExperiments").RequiresOnAny(TrackingPermissions.Read);

    private static async Task<Page<ExperimentSummary>> Handle(
        [AsParameters] PageRequest page, string? shown, AssayDb db, ExperimentBook book, ExperimentScope scope, Sessions sessions, CancellationToken cancel)
    {
        await book.EnsureDefault(cancel);
        var experiments = scope.Reach.Within(db.Experiments, experiment => experiment.Id);
        var wanted = Read(shown);
        if (wanted != Shown.All)
        {
            var lifecycle = wanted == Shown.Deleted ? Lifecycle.Deleted : Lifecycle.Active;
            experiments = experiments.Where(experiment => experiment.Lifecycle == lifecycle);
        }

        if (page.AfterId(id => id.All(char.IsAsciiDigit)) is { } after)
            experiments = experiments.Where(experiment => experiment.Id.CompareTo(after) > 0);

        var rows = page.Of(await experiments.AsNoTracking().OrderBy(experiment => experiment.Id).Take(page.Size + 1).ToListAsync(cancel), experiment => experiment.Id);
        return sessions.Read(session => new Page<ExperimentSummary>([.. rows.Items.Select(row => Summary(row, RunCount.Of(session, row.Key)))], rows.NextCursor));
    }

    private static ExperimentSummary Summary(Experiment experiment, int runs) => new(experiment.Id, experiment.Name, experiment.CreatedAt, runs)
    {
        UpdatedAt = experiment.UpdatedAt,
        IsDeleted = experiment.Lifecycle == Lifecycle.Deleted,
    };

    // By hand, since the framework reads enumerations in queries by their names in C#.
    private static Shown Read(string? shown) => shown is null ? Shown.Active
        : Enum.TryParse<Shown>(shown, ignoreCase: true, out var read) && Enum.IsDefined(read) ? read
        : throw Refusal.Invalid("shown", $"'{shown}' is none of active, deleted and all.");
}
