using Assay.Kernel;

namespace Assay.Monitoring;

public static class MonitoringModule
{
    public static IServiceCollection AddMonitoring(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(MonitoringModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapMonitoring(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
