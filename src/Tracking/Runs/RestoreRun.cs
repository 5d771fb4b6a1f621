using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Runs;

/// <summary>Brings a deleted run back.</summary>
internal static class RestoreRun
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/restore", Handle, TrackingPermissions.Write);

    private static Task Handle(MlflowCall call) => DeleteRun.To(call, Lifecycle.Active);
}
