using Assay.Kernel;

namespace Assay.Data;

public static class DataModule
{
    public static IServiceCollection AddData(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(DataModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapData(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
