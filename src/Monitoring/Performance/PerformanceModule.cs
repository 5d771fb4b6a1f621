using Assay.Monitoring.Labels;

namespace Assay.Monitoring.Performance;

/// <summary>Joins labels and performance to a host.</summary>
internal static class PerformanceModule
{
    public static IServiceCollection AddPerformance(this IServiceCollection services) => services
        .AddSingleton<PapersKept>()
        .AddScoped<OutcomeBook>()
        .AddScoped<LabelsChange>()
        .AddScoped<Tallies>()
        .AddScoped<PartCounter>()
        .AddScoped<OutcomeJoiner>()
        .AddScoped<WindowAging>()
        .AddScoped<SettingsChange>()
        .AddScoped<PerformanceReader>()
        .AddHostedService<PerformanceClock>();

    public static void MapPerformance(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.MapGroup("/api/v1/endpoints").WithTags("Monitoring");
        PostLabels.Map(endpoints);
        ListLabels.Map(endpoints);
        ShowPerformance.Map(endpoints);
        ChangeSettings.Map(endpoints);
    }
}
