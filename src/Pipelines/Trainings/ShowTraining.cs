using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;

namespace Assay.Pipelines.Trainings;

internal static class ShowTraining
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowTraining").Requires(PipelinesPermissions.Read);

    private static async Task<TrainingSummary> Handle(string id, ITrainings trainings, CancellationToken cancel) =>
        await trainings.Find(id, cancel) ?? throw Refusal.NotFound("training", id);
}
