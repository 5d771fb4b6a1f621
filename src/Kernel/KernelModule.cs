using Assay.Kernel.Homes;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Outbound;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;

namespace Assay.Kernel;

/// <summary>What every module stands on: database, blobs, permissions, refusals, paging, digests. A closed list.</summary>
public static class KernelModule
{
    public static IServiceCollection AddKernel(this IServiceCollection services, AssayHome home)
    {
        services.AddOptions<OutboundOptions>().BindConfiguration("Outbound").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(new ModuleTables(typeof(KernelModule).Assembly))
            .AddSingleton(home)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<OutboundHttp>()
            .AddScoped<ProjectScope>()
            .AddScoped<Caller>()
            .AddHostedService<ForgetKeptAnswers>();
    }
}
