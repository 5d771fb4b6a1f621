using System.Globalization;
using Assay.Kernel.Permissions;
using Assay.Tracking.Artifacts.Signed;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>Begins an upload in parts: says where each of them is to be sent.</summary>
internal static class BeginUpload
{
    public static void Map(RouteGroupBuilder proxy) =>
        proxy.MapOperation("POST", "/mpu/create/{**path}", Handle, TrackingPermissions.Write).WithMetadata(ArtifactOwner.OfPath);

    private static async Task Handle(MlflowCall call)
    {
        var path = FileOf(call);
        var parts = call.Fields.Integer("num_parts") ?? 1;
        if (parts is < 1 or > PartUploads.PartsMax)
            throw MlflowError.Value("num_parts", call.Fields.Shown("num_parts"), $"A file is sent in at least 1 and at most {PartUploads.PartsMax} parts; make them larger.");
        var id = await call.Get<PartUploads>().Begin(call.Project, path, (int)parts);
        var addresses = call.Get<SignedAddresses>();
        await call.Answer(json =>
        {
            json.WriteString("upload_id"u8, id);
            json.WriteStartArray("credentials"u8);
            for (var number = 1; number <= parts; number++)
            {
                json.WriteStartObject();
                var use = new SignedUse(SendPart.Kind, call.Project, string.Create(CultureInfo.InvariantCulture, $"{id}/{number}"), call.Caller);
                json.WriteString("url"u8, addresses.Sign(call.Http, SendPart.Route, use, SignedAddresses.LifeMax));
                json.WriteNumber("part_number"u8, number);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Where the file will be: in the folder of the route, under its name on the client's disk.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: there is no name, or it leads elsewhere.</exception>
    public static ArtifactPath FileOf(MlflowCall call)
    {
        var local = call.Fields.RequiredText("path");
        var name = local[(local.LastIndexOfAny(['/', '\\']) + 1)..];
        var path = ProxyRoutes.PathOf(call.Http).Below(ArtifactPath.Read(name));
        if (ArtifactPath.Read(name).Text.Length == 0 || path.Text.Length > ArtifactPath.LengthMax)
            throw MlflowError.Value("path", call.Fields.Shown("path"), "It ends with the name of a file.");
        call.DemandWritable(path);
        return path;
    }
}
