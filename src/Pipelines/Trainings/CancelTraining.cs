using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

internal static class CancelTraining
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/cancel", Handle).WithName("CancelTraining").Requires(PipelinesPermissions.Write);

    private static async Task<TrainingSummary> Handle(
        string id, AssayDb db, TrainingEnd end, RunningTrainings running, TrainingBook book, CancellationToken cancel)
    {
        var training = await db.Trainings.SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw Refusal.NotFound("training", id);
        if (training.IsOver)
            throw Refusal.Conflict($"Training '{id}' is over already.");

        await end.Fail(training, "The training was cancelled.", cancel);
        running.Stop(id);
        return (await book.Find(id, cancel))!;
    }
}
