using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking;

public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(TrackingModule).Assembly))
        .AddSingleton<ProjectsWithDefault>()
        .AddSingleton<Sessions>()
        .AddSingleton<GroupWriter>()
        .AddSingleton<FileStore>()
        .AddSingleton<IBlobNames, FileBlobs>()
        .AddScoped<ExperimentBook>()
        .AddScoped<IRuns, RunBook>()
        .AddValidation();

    /// <summary>Before routing: paths that mean the same become one.</summary>
    public static IApplicationBuilder UseTrackingBeforeRouting(this IApplicationBuilder app)
    {
        app.UseMlflowPaths();
        return app;
    }

    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        var experiments = routes.MapGroup("/api/v1/experiments").WithTags("Tracking");
        ListExperiments.Map(experiments);
        ListRuns.Map(experiments);

        var runs = routes.MapGroup("/api/v1/runs").WithTags("Tracking");
        ShowRun.Map(runs);
        MlflowRoutes.Map(routes);
        return routes;
    }
}
