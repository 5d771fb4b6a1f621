using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Shows an evaluation set, or deletes it with its records.</summary>
internal static class SetOperations
{
    private static readonly Statement[] Remove =
    [
        new("DELETE FROM tracking_evaluation_records WHERE set_key = @p0"),
        new("DELETE FROM tracking_evaluation_tags WHERE set_key = @p0"),
        new("DELETE FROM tracking_evaluation_experiments WHERE set_key = @p0"),
        new("DELETE FROM tracking_evaluation_sets WHERE key = @p0"),
    ];

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
        await call.Get<GroupWriter>().Write(session =>
        {
            if (SetRow.TryFind(session, scope, id) is not { } set)
                return false;
            foreach (var statement in Remove)
                session.Execute(statement, set.Key);
            return true;
        });
        await call.Answer();
    }
}
