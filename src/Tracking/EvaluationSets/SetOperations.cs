using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Shows an evaluation set, or deletes it with its records.</summary>
internal static class SetOperations
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("GET", "/datasets/{dataset_id}", Show, TrackingPermissions.Read);
        group.MapOperationOnAny("DELETE", "/datasets/{dataset_id}", Delete, TrackingPermissions.Write);
    }

    private static Task Show(MlflowCall call)
    {
        var (scope, id) = (call.Scope, call.Route("dataset_id"));
        return call.Get<Sessions>().Read(session => SetRow.Find(session, scope, id)).Answer(call);
    }

    // None there is no error.
    private static async Task Delete(MlflowCall call)
    {
        var (scope, id) = (call.Scope, call.Route("dataset_id"));
        if (call.Get<Sessions>().Read(session => SetRow.TryFind(session, scope, id)) is { } set)
            await call.Get<SetBook>().Remove(set, call.Cancel);
        await call.Answer();
    }
}
