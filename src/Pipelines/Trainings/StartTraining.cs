using Assay.Data;
using Assay.Governance;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Permissions;
using Assay.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Pipelines.Trainings;

internal static class StartTraining
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/", Handle).WithName("StartTraining").Requires(PipelinesPermissions.Write).Idempotent();

    private static async Task<Accepted<TrainingSummary>> Handle(
        NewTraining request, ITrainings trainings, IAccess access, CancellationToken cancel)
    {
        // A training reads, writes and promotes on behalf of who asks for it.
        foreach (var dataset in request.Datasets)
            access.Demand(DataPermissions.Read, dataset.Name);
        access.Demand(RegistryPermissions.Write, request.Model);
        if (request.Promote)
            access.Demand(RegistryPermissions.Promote, request.Model);
        var training = await trainings.Start(request, cancel);
        return TypedResults.Accepted($"/api/v1/trainings/{training.Id}", training);
    }
}
