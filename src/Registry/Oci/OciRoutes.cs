using Assay.Kernel.Permissions;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Oci.Pushes;
using Assay.Registry.Oci.Uploads;

namespace Assay.Registry.Oci;

/// <summary>The OCI distribution API, version 1.1, over models and their versions.</summary>
internal static class OciRoutes
{
    public static IServiceCollection AddOci(this IServiceCollection services) => services
        .AddSingleton<OpenUploads>()
        .AddSingleton<OciMeter>()
        .AddSingleton<RefusedPushes>()
        .AddHostedService<SweepUploads>()
        .AddScoped<Repositories>()
        .AddScoped<BlobLinks>()
        .AddScoped<UploadWork>()
        .AddScoped<ManifestStore>()
        .AddScoped<ImageForm>()
        .AddScoped<ManifestReader>()
        .AddScoped<GuardedArtifacts>()
        .AddSingleton<KnownManifests>()
        .AddScoped<VersionArtifacts>()
        .AddScoped<LayerFiles>()
        .AddScoped<TagPlacement>()
        .AddScoped<ModelPush>()
        .AddScoped<ReferrerPush>()
        .AddScoped<ReferrerRemoval>()
        .AddScoped<ManifestPush>()
        .AddScoped<PushDesk>();

    public static void MapOci(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2").WithMetadata(new OciErrorForm()).ExcludeFromDescription();
        CheckRegistry.Map(group);
        ListRepositories.Map(group);
        ListTags.Map(group);
        ListReferrers.Map(group);
        ReadManifest.Map(group);
        PushManifest.Map(group);
        DeleteManifest.Map(group);
        ReadBlob.Map(group);
        DeleteBlob.Map(group);
        BeginUpload.Map(group);
        ShowUpload.Map(group);
        SendChunk.Map(group);
        FinishUpload.Map(group);
        CancelUpload.Map(group);
        group.Map("/{**path}", Unknown).Requires(RegistryPermissions.Read);
    }

    private static void Unknown(HttpContext http)
    {
        var parts = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        throw parts.Length is > 4 and < 9
            ? OciErrors.NameInvalid("A repository is MODEL or PROJECT/MODEL, in lower case; this path has another form.")
            : OciErrors.Unsupported(StatusCodes.Status404NotFound, $"There is no {http.Request.Method} {http.Request.Path} in the distribution API.");
    }
}
