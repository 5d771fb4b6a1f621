using Assay.Kernel;

namespace Assay.Tracking;

public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(TrackingModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
