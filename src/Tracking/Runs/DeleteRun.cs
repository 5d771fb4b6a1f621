using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Deletes a run, which stays and can be restored.</summary>
internal static class DeleteRun
{
    private static readonly Statement Move = new("UPDATE tracking_runs SET lifecycle = @p1, deleted_at = @p2 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperation("POST", "/runs/delete", Handle, TrackingPermissions.Write);

    private static Task Handle(MlflowCall call) => To(call, Lifecycle.Deleted);

    /// <summary>Moves a run into a state; one that is there already stays.</summary>
    public static async Task To(MlflowCall call, Lifecycle lifecycle)
    {
        var (id, project) = (call.Fields.RunId(), call.Project);
        long? deletedAt = lifecycle == Lifecycle.Deleted ? call.Now.ToUnixTimeMilliseconds() : null;
        await call.Get<GroupWriter>().Write(session =>
            session.Execute(Move, RunWrites.Find(session, project, id).Key, lifecycle.ToString(), deletedAt));
        await call.Answer();
    }
}
