using Assay.Kernel.Permissions;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>Throws an upload away with the parts that have arrived. One that is not there is no error: that is what was asked for.</summary>
internal static class AbortUpload
{
    public static void Map(RouteGroupBuilder proxy) =>
        proxy.MapOperation("POST", "/mpu/abort/{**path}", Handle, TrackingPermissions.Write).WithMetadata(ArtifactOwner.OfPath);

    private static async Task Handle(MlflowCall call)
    {
        var path = BeginUpload.FileOf(call);
        var id = call.Fields.RequiredText("upload_id");
        var uploads = call.Get<PartUploads>();
        if (uploads.Find(call.Project, id) is { } upload && upload.Path == path.Text)
            await uploads.End(call.Project, id);
        await call.Answer();
    }
}
