using Assay.Kernel.Projects;

namespace Assay.Kernel;

/// <summary>What every module stands on: database, blobs, permissions, refusals, paging, digests. A closed list.</summary>
public static class KernelModule
{
    public static IServiceCollection AddKernel(this IServiceCollection services) => services
        .AddSingleton(TimeProvider.System)
        .AddScoped<ProjectScope>();
}
