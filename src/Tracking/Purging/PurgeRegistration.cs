namespace Assay.Tracking.Purging;

/// <summary>Joins the removal of what was deleted to a host.</summary>
internal static class PurgeRegistration
{
    public static IServiceCollection AddPurging(this IServiceCollection services)
    {
        services.AddOptions<PurgeOptions>().BindConfiguration("Tracking").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddScoped<PurgeKeepers>()
            .AddScoped<ModelRemoval>()
            .AddScoped<RunRemoval>()
            .AddScoped<ExperimentRemoval>()
            .AddScoped<Purge>()
            .AddHostedService<PurgeClock>();
    }
}
