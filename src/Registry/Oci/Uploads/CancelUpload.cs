using Assay.Kernel.Permissions;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Throws an upload away.</summary>
internal static class CancelUpload
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapDelete("/{name}/blobs/uploads/{id}", Handle).Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<IResult> Handle(string name, string id, HttpContext http, UploadWork work)
    {
        var repository = await work.Repositories.Find(http, name);
        var upload = work.Open.Get(id, work.Owner(repository));
        using var turn = await upload.Take(http.RequestAborted);
        await work.Open.End(upload);
        return Results.NoContent();
    }
}
