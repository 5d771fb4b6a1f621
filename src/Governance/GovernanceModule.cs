using Assay.Kernel;

namespace Assay.Governance;

public static class GovernanceModule
{
    public static IServiceCollection AddGovernance(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(GovernanceModule).Assembly))
        .AddValidation();

    public static IEndpointRouteBuilder MapGovernance(this IEndpointRouteBuilder routes)
    {
        return routes;
    }
}
