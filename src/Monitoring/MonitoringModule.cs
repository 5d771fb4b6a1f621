using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.DatasetMonitors;
using Assay.Monitoring.Delivery;
using Assay.Monitoring.Delivery.Channels;
using Assay.Monitoring.Distributions;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Incidents;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Labels.Tables;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Performance;
using Assay.Monitoring.Quality;
using Assay.Monitoring.Routes;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Segments;
using Assay.Monitoring.Silences;
using Assay.Monitoring.Windows;

namespace Assay.Monitoring;

public static class MonitoringModule
{
    public static IServiceCollection AddMonitoring(this IServiceCollection services)
    {
        services.AddOptions<AlertOptions>().BindConfiguration("Alerts").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<MonitoringOptions>().BindConfiguration("Monitoring").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(new ModuleTables(typeof(MonitoringModule).Assembly))
            .AddSingleton<MonitoringMeter>()
            .AddSingleton<WindowWriter>()
            .AddSingleton<ITickWork, OperationsWatch>()
            .AddSingleton<ITickWork, OverdueIncidents>()
            .AddSingleton<FeedbackFollower>()
            .AddSingleton<ITickWork>(provider => provider.GetRequiredService<FeedbackFollower>())
            .AddSingleton<ITickWork, AlertMeter>()
            .AddSingleton<ITickWork, ModelMeter>()
            .AddScoped<WatchedEndpoints>()
            .AddScoped<Evaluation>()
            .AddScoped<References>()
            .AddScoped<WindowComparison>()
            .AddScoped<ReferenceRows>()
            .AddScoped<RowTools>()
            .AddScoped<MultivariateWatch>()
            .AddScoped<SegmentWatch>()
            .AddScoped<VersionTables>()
            .AddScoped<DatasetWatch>()
            .AddHostedService<DatasetClock>()
            .AddScoped<AttributionRules>()
            .AddScoped<AttributionWatch>()
            .AddHostedService<RowClock>()
            .AddScoped<AlertBook>()
            .AddScoped<Upstream>()
            .AddScoped<DriftEpisodes>()
            .AddScoped<WindowRules>()
            .AddSingleton<Breaches>()
            .AddSingleton<MinuteBounds>()
            .AddSingleton<ProcessLoad>()
            .AddScoped<AlertReaders>()
            .AddScoped<IncidentBook>()
            .AddScoped<IncidentTimeline>()
            .AddScoped<IncidentClosing>()
            .AddScoped<Outbox>()
            .AddScoped<RouteBook>()
            .AddScoped<RouteTrial>()
            .AddScoped<RouteWork>()
            .AddScoped<SilenceBook>()
            .AddScoped<IWrappedSecrets, RouteSecretKeys>()
            .AddSingleton<JsonPost>()
            .AddSingleton<AlertSender>()
            .AddSingleton(provider => new DeliveryTools(provider.GetRequiredService<AlertSender>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IAlertChannel, WebhookChannel>()
            .AddSingleton<IAlertChannel, SlackChannel>()
            .AddSingleton<IAlertChannel, AlertmanagerChannel>()
            .AddSingleton<IAlertChannel, MailChannel>()
            .AddHostedService<DeliveryClock>()
            .AddScoped<Retraining>()
            .AddScoped<RetrainingGuards>()
            .AddScoped<RetrainingTriggers>()
            .AddScoped<RetrainingSources>()
            .AddScoped<FreshLabels>()
            .AddScoped<FeedbackTools>()
            .AddScoped<CandidateEnd>()
            .AddScoped<LabelTables>()
            .AddScoped<LabelledRows>()
            .AddSingleton<LabelTableTools>()
            .AddScoped<ILineageSource, LineageOfLabels>()
            .AddHostedService<LabelClock>()
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
        ChangeRules.Map(monitors);
        SuggestRules.Map(monitors);
        ShowQuality.Map(monitors);
        ShowDistribution.Map(monitors);
        ShowMultivariate.Map(monitors);
        ShowAttribution.Map(monitors);
        ShowSegments.Map(monitors);
        ListRetrainings.Map(monitors);
        ShowRetraining.Map(monitors);
        AskRetraining.Map(monitors);

        var datasets = routes.MapGroup("/api/v1/dataset-monitors").WithTags("Monitoring");
        ShowDatasetMonitors.Map(datasets);
        ChangeDatasetMonitor.Map(datasets);

        var alerts = routes.MapGroup("/api/v1/alerts").WithTags("Monitoring");
        ListAlerts.Map(alerts);
        ShowAlert.Map(alerts);
        AcknowledgeAlert.Map(alerts);
        routes.MapPerformance();

        var alertRoutes = routes.MapGroup("/api/v1/alert-routes").WithTags("Monitoring");
        ListRoutes.Map(alertRoutes);
        ShowRoute.Map(alertRoutes);
        CreateRoute.Map(alertRoutes);
        ChangeRoute.Map(alertRoutes);
        TestRoute.Map(alertRoutes);
        DeleteRoute.Map(alertRoutes);

        var incidents = routes.MapGroup("/api/v1/incidents").WithTags("Monitoring");
        ListIncidents.Map(incidents);
        ShowIncident.Map(incidents);
        OpenIncident.Map(incidents);
        ChangeIncident.Map(incidents);
        NoteIncident.Map(incidents);
        CloseIncident.Map(incidents);

        var silences = routes.MapGroup("/api/v1/silences").WithTags("Monitoring");
        ListSilences.Map(silences);
        CreateSilence.Map(silences);
        EndSilence.Map(silences);
        return routes;
    }
}
