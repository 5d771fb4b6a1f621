using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Takes a tag of an active run away.</summary>
internal static class DeleteRunTag
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/delete-tag", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (id, scope) = (call.Fields.RunId(), call.Scope);
        var key = call.Fields.RequiredText("key");
        await call.Get<GroupWriter>().Write(session => RunWrites.Untag(session, RunWrites.FindActive(session, scope, id), key)
            ? true
            : throw MlflowError.NotFound($"No tag with name: {key} in run with id {id}"));
        await call.Answer();
    }
}
