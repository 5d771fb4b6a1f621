using Assay.Kernel;

namespace Assay.Registry;

public static class RegistryModule
{
    public static IServiceCollection AddRegistry(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(RegistryModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapRegistry(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
