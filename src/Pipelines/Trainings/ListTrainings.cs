using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

internal static class ListTrainings
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListTrainings").Requires(PipelinesPermissions.Read);

    private static async Task<Page<TrainingSummary>> Handle(
        [AsParameters] PageRequest page, AssayDb db, TrainingBook book, CancellationToken cancel)
    {
        var trainings = db.Trainings.AsNoTracking();
        if (page.AfterId() is { } after)
            trainings = trainings.Where(training => training.Id.CompareTo(after) < 0);

        // Ids begin with the time: newest first.
        var rows = await trainings.OrderByDescending(training => training.Id).Take(page.Size + 1).ToListAsync(cancel);
        var shown = page.Of(rows, training => training.Id);
        return new(await book.Complete(shown.Items, cancel), shown.NextCursor);
    }
}
