using Assay.Kernel;

namespace Assay.Learning;

public static class LearningModule
{
    public static IServiceCollection AddLearning(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(LearningModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapLearning(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
