using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Deletes a run, which stays and can be restored.</summary>
internal static class DeleteRun
{
    private static readonly Statement SetLifecycle = new("UPDATE tracking_runs SET lifecycle = @p1, deleted_at = @p2 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/delete", Handle, TrackingPermissions.Write);

    private static Task Handle(MlflowCall call) => To(call, Lifecycle.Deleted);

    /// <summary>Moves a run into a state; one that is there already stays.</summary>
    public static async Task To(MlflowCall call, Lifecycle lifecycle)
    {
        await Move(call.Get<GroupWriter>(), call.Scope, call.Fields.RunId(), lifecycle == Lifecycle.Deleted ? call.Now : null);
        await call.Answer();
    }

    /// <summary>The same; without a time it is brought back.</summary>
    public static Task Move(GroupWriter writer, ExperimentScope scope, string id, DateTimeOffset? deletedAt)
    {
        var lifecycle = deletedAt is null ? Lifecycle.Active : Lifecycle.Deleted;
        return writer.Write(session =>
            session.Execute(SetLifecycle, RunWrites.Find(session, scope, id).Key, lifecycle.ToString(), deletedAt?.ToUnixTimeMilliseconds()) > 0
                ? id
                : throw RunReader.NotFound(id));   // it was purged at this moment
    }
}
