using Assay.Tracking.Artifacts.Multipart;
using Assay.Tracking.Artifacts.Signed;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Artifacts;

/// <summary>Files by MLflow's routes, and what they need.</summary>
internal static class FileRoutes
{
    public static IServiceCollection AddFiles(this IServiceCollection services) => services
        .AddSingleton<FileStore>()
        .AddSingleton<FileHands>()
        .AddSingleton<SignedAddresses>()
        .AddSingleton<PartUploads>()
        .AddSingleton<PartJoins>()
        .AddHostedService<UploadClock>()
        .AddSingleton<Kernel.Blobs.IBlobNames, FileBlobs>()
        .AddScoped<FileTree>();

    public static void Map(RouteGroupBuilder group, IEndpointRouteBuilder routes)
    {
        var proxy = routes.MapGroup("/api/2.0/mlflow-artifacts").IsMlflow();
        ProxyRoutes.Map(proxy);
        BeginUpload.Map(proxy);
        SendPart.Map(proxy);
        CompleteUpload.Map(proxy);
        AbortUpload.Map(proxy);
        SignedDownload.Map(proxy);
        SignedUpload.Map(group, proxy);
        RunFiles.Map(group, routes.MapGroup("").IsMlflow());
        UploadRunFile.Map(group);
    }
}
