using Assay.Kernel;

namespace Assay.Pipelines;

public static class PipelinesModule
{
    public static IServiceCollection AddPipelines(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(PipelinesModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapPipelines(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
