using Assay.Kernel;
using Assay.Tracking.Experiments;
using Assay.Tracking.Runs;

namespace Assay.Tracking;

public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(TrackingModule).Assembly))
        .AddScoped<ExperimentBook>()
        .AddScoped<IRuns, RunBook>()
        .AddValidation();

    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        var experiments = routes.MapGroup("/api/v1/experiments").WithTags("Tracking");
        ListExperiments.Map(experiments);
        ListRuns.Map(experiments);

        var runs = routes.MapGroup("/api/v1/runs").WithTags("Tracking");
        ShowRun.Map(runs);
        return routes;
    }
}
