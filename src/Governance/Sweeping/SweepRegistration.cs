using Assay.Kernel.Blobs;

namespace Assay.Governance.Sweeping;

/// <summary>Joins the removal of bytes that nothing names to a host.</summary>
internal static class SweepRegistration
{
    public static IServiceCollection AddSweeping(this IServiceCollection services)
    {
        services.AddOptions<SweepOptions>().BindConfiguration("Blobs").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<BlobMeter>()
            .AddSingleton<SweepGuard>()
            .AddScoped<BlobSweep>()
            .AddSingleton<BlobSweeper>()
            .AddSingleton<IBlobSweeper>(provider => provider.GetRequiredService<BlobSweeper>())
            .AddHostedService(provider => provider.GetRequiredService<BlobSweeper>());
    }
}
