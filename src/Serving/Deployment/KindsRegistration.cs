using Assay.Inference.Processes;

namespace Assay.Serving.Deployment;

/// <summary>What loads models of every kind.</summary>
internal static class KindsRegistration
{
    public static IServiceCollection AddModelKinds(this IServiceCollection services)
    {
        services.AddOptions<ProcessOptions>().BindConfiguration("ModelProcesses").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddScoped<EndpointLoader>()
            .AddSingleton<TroubleBook>()
            .AddHostedService(provider => provider.GetRequiredService<TroubleBook>());
    }
}
