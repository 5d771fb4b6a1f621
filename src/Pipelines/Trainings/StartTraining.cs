using Assay.Kernel.Idempotency;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Pipelines.Trainings;

internal static class StartTraining
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/", Handle).WithName("StartTraining").Requires(PipelinesPermissions.Write).Idempotent();

    private static async Task<Accepted<TrainingSummary>> Handle(
        NewTraining request, ITrainings trainings, CancellationToken cancel)
    {
        var training = await trainings.Start(request, cancel);
        return TypedResults.Accepted($"/api/v1/trainings/{training.Id}", training);
    }
}
