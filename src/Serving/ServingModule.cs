using Assay.Kernel;

namespace Assay.Serving;

public static class ServingModule
{
    public static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(ServingModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapServing(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
