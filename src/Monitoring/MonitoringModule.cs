using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Windows;

namespace Assay.Monitoring;

public static class MonitoringModule
{
    public static IServiceCollection AddMonitoring(this IServiceCollection services)
    {
        services.AddOptions<MonitoringOptions>().BindConfiguration("Monitoring").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(new ModuleTables(typeof(MonitoringModule).Assembly))
            .AddSingleton<MonitoringMeter>()
            .AddSingleton<Turns>()
            .AddSingleton<WindowWriter>()
            .AddSingleton<FeedbackFollower>()
            .AddScoped<WatchedEndpoints>()
            .AddScoped<Evaluation>()
            .AddScoped<AlertBook>()
            .AddScoped<Upstream>()
            .AddScoped<DriftEpisodes>()
            .AddScoped<Retraining>()
            .AddHostedService<MonitorClock>()
            .AddPerformance()
            .AddValidation();
    }

    public static IEndpointRouteBuilder MapMonitoring(this IEndpointRouteBuilder routes)
    {
        var monitors = routes.MapGroup("/api/v1/monitors").WithTags("Monitoring");
        ListMonitors.Map(monitors);
        ShowMonitor.Map(monitors);
        ChangeMonitor.Map(monitors);
        EvaluateMonitor.Map(monitors);

        var alerts = routes.MapGroup("/api/v1/alerts").WithTags("Monitoring");
        ListAlerts.Map(alerts);
        ShowAlert.Map(alerts);
        AcknowledgeAlert.Map(alerts);
        routes.MapPerformance();
        return routes;
    }
}
