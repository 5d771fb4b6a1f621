using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Microsoft.EntityFrameworkCore;

namespace Assay.Tracking.Runs;

internal static class ListRuns
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}/runs", Handle).WithName("ListRuns").Requires(TrackingPermissions.Read, resource: "id");

    private static async Task<Page<RunSummary>> Handle(
        string id, [AsParameters] PageRequest page, AssayDb db, ExperimentBook book, CancellationToken cancel)
    {
        if (id == Experiment.DefaultId)
            await book.EnsureDefault(cancel);
        var experiment = await db.Experiments.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("experiment", id);

        var runs = db.Runs.AsNoTracking().Where(run => run.ExperimentKey == experiment.Key && run.Lifecycle == Lifecycle.Active);
        if (page.Cursor is { } cursor)
        {
            var (before, runId) = Parse(cursor);
            runs = runs.Where(run => run.StartedAt < before || (run.StartedAt == before && string.Compare(run.Id, runId) < 0));
        }

        // Newest first; the id decides between runs of the same millisecond.
        var rows = await runs
            .OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Id)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        var shown = page.Of(rows, Cursor);
        return new(await RunReading.Read(db, [.. shown.Items], cancel), shown.NextCursor);
    }

    private static string Cursor(Run run) =>
        string.Create(CultureInfo.InvariantCulture, $"{run.StartedAt.ToUnixTimeMilliseconds()}-{run.Id}");

    private static (DateTimeOffset Before, string RunId) Parse(string cursor)
    {
        var parts = cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 0 and < 253_402_300_800_000   // the end of year 9999, past which there is no time to compare with
            ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), parts[1])
            : throw Refusal.Invalid("cursor", $"'{cursor}' is no cursor of this list. Pass nextCursor of the page before.");
    }
}
