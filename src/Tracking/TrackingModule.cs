using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Assay.Tracking.Artifacts;
using Assay.Tracking.EvaluationSets;
using Assay.Tracking.Experiments;
using Assay.Tracking.Importing;
using Assay.Tracking.Lineage;
using Assay.Tracking.Metrics;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Purging;
using Assay.Tracking.Runs;
using Assay.Tracking.Scorers;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;
using Assay.Tracking.Traces;
using Assay.Tracking.Views;

namespace Assay.Tracking;

public static class TrackingModule
{
    public static IServiceCollection AddTracking(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(TrackingModule).Assembly))
        .AddSingleton<ProjectsWithDefault>()
        .AddSingleton<Sessions>()
        .AddSingleton<GroupWriter>()
        .AddScoped<TraceRemoval>()
        .AddScoped<ScorerBook>()
        .AddScoped<SetBook>()
        .AddFiles()
        .AddSingleton<ILedgerCheck, SealCheck>()
        .AddSingleton<RunSealer>()
        .AddHostedService(services => services.GetRequiredService<RunSealer>())
        .AddScoped<ExperimentBook>()
        .AddScoped(ExperimentScope.OfRequest)
        .AddScoped<IRuns, RunBook>()
        .AddScoped<ILineageSource, LineageOfRuns>()
        .AddScoped<StepsBefore>()
        .AddScoped<StepsAfter>()
        .AddPurging()
        .AddImporting()
        .AddValidation();

    /// <summary>Before routing: paths that mean the same become one.</summary>
    public static IApplicationBuilder UseTrackingBeforeRouting(this IApplicationBuilder app)
    {
        app.UseMlflowPaths();
        return app;
    }

    public static IEndpointRouteBuilder MapTracking(this IEndpointRouteBuilder routes)
    {
        var experiments = routes.MapGroup("/api/v1/experiments").WithTags("Tracking");
        ListExperiments.Map(experiments);
        ShowExperiment.Map(experiments);
        AddExperiment.Map(experiments);
        RemoveExperiment.Map(experiments);
        BringBackExperiment.Map(experiments);
        ListRuns.Map(experiments);
        FindRuns.Map(experiments);
        ListColumns.Map(experiments);

        ListTraces.Map(experiments);
        ViewRoutes.Map(experiments);
        var traces = routes.MapGroup("/api/v1/traces").WithTags("Tracking");
        ShowTrace.Map(traces);
        RemoveTrace.Map(traces);
        ImportTrace.Map(traces);
        ImportModel.Map(routes.MapGroup("/api/v1/logged-models").WithTags("Tracking"));
        var sets = routes.MapGroup("/api/v1/evaluation-sets").WithTags("Tracking");
        ImportSet.Map(sets);
        ImportRecords.Map(sets);

        var runs = routes.MapGroup("/api/v1/runs").WithTags("Tracking");
        ShowRun.Map(runs);
        RemoveRun.Map(runs);
        BringBackRun.Map(runs);
        PurgeRuns.Map(runs);
        PutRunFile.Map(runs);
        runs.MapImporting(experiments);
        ListPoints.Map(runs);
        ListRunFiles.Map(runs);
        DownloadRunFile.Map(runs);
        SamplePoints.Map(routes.MapGroup("/api/v1/metrics").WithTags("Tracking"));
        ShowSeal.Map(runs);
        MlflowRoutes.Map(routes);
        return routes;
    }
}
