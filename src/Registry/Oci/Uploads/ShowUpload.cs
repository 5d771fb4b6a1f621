using Assay.Kernel.Permissions;

namespace Assay.Registry.Oci.Uploads;

/// <summary>Says how much of an upload has arrived, so that a client whose connection broke goes on from there.</summary>
internal static class ShowUpload
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{name}/blobs/uploads/{id}", Handle).Requires(RegistryPermissions.Write, resource: "name");

    private static async Task<IResult> Handle(string name, string id, HttpContext http, UploadWork work)
    {
        var repository = await work.Repositories.Find(http, name);
        work.Open.Get(id, work.Owner(repository)).Describe(http.Response, repository.Path);
        return Results.NoContent();
    }
}
