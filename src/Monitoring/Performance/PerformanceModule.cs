using Assay.Monitoring.Concept;
using Assay.Monitoring.Kpis;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Labels.Tables;
using Assay.Monitoring.Reviews;

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
        .AddScoped<ConceptFeed>()
        .AddScoped<ConceptWatch>()
        .AddScoped<WindowAging>()
        .AddSingleton<ForgottenEndpoints>()
        .AddScoped<SettingsChange>()
        .AddScoped<PerformanceReader>()
            .AddScoped<LearnedLines>()
        .AddScoped<PerformanceJudge>()
        .AddScoped<KpisChange>()
        .AddScoped<KpiReader>()
        .AddScoped<ReviewQueue>()
        .AddScoped<RemovedReviews>()
        .AddScoped<ReviewChange>()
        .AddHostedService<PerformanceClock>();

    public static void MapPerformance(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.MapGroup("/api/v1/endpoints").WithTags("Monitoring");
        PostLabels.Map(endpoints);
        ListLabels.Map(endpoints);
        MakeDataset.Map(endpoints);
        ListLabelledDatasets.Map(endpoints);
        ShowPerformance.Map(endpoints);
        ChangeSettings.Map(endpoints);
        PostKpis.Map(endpoints);
        ShowKpis.Map(endpoints);
        ListReviews.Map(endpoints);
        DecideReview.Map(endpoints);
    }
}
