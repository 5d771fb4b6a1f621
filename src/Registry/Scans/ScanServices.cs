using Assay.Registry.Gates;

namespace Assay.Registry.Scans;

internal static class ScanServices
{
    public static IServiceCollection AddScans(this IServiceCollection services)
    {
        services.AddOptions<ScanOptions>().BindConfiguration(ScanOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<Scanner>()
            .AddSingleton<IScanner>(provider => provider.GetRequiredService<Scanner>())
            .AddScoped<ScanBook>()
            .AddScoped<ScanView>()
            .AddScoped<IGate, ScanGate>();
    }
}
