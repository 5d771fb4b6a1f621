using Assay.Data.Lineage;
using Assay.Kernel;
using Assay.Pipelines.Clocks;
using Assay.Pipelines.Steps;
using Assay.Pipelines.Trainings;
using Microsoft.Extensions.Logging;

namespace Assay.Pipelines;

public static class PipelinesModule
{
    public static IServiceCollection AddPipelines(this IServiceCollection services)
    {
        services.AddOptions<StepOptions>().BindConfiguration(StepOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        // Quartz tells of each start and check-in at Information.
        services.AddLogging(logging => logging.AddFilter("Quartz", LogLevel.Warning));
        return services
            .AddSingleton(new ModuleTables(typeof(PipelinesModule).Assembly))
            .AddSingleton<PipelinesMeter>()
            .AddSingleton<RunningTrainings>()
            .AddSingleton<StepProcess>()
            .AddSingleton<TrainingProgress>()
            .AddSingleton<TrainingWorker>()
            .AddSingleton<SchedulerFactory>()
            .AddHostedService<TrainingClock>()
            .AddScoped<ILineageSource, LineageOfTrainings>()
            .AddScoped<TrainingAttempts>()
            .AddScoped<TrainingBook>()
            .AddScoped<ITrainings>(provider => provider.GetRequiredService<TrainingBook>())
            .AddScoped<TrainingContext>()
            .AddScoped<TrainingEnd>()
            .AddScoped<TrainingInput>()
            .AddScoped<TrainingPapers>()
            .AddScoped<TrainingRuns>()
            .AddScoped<TrainingStages>()
            .AddValidation();
    }

    public static IEndpointRouteBuilder MapPipelines(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/trainings").WithTags("Pipelines");
        StartTraining.Map(group);
        ListTrainings.Map(group);
        ShowTraining.Map(group);
        CancelTraining.Map(group);
        return routes;
    }
}
