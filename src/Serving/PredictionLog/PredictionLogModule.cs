using Assay.Governance;
using Assay.Kernel.Blobs;
using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Reading;
using Assay.Serving.PredictionLog.Sinks;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog;

/// <summary>Joins the prediction log to a host.</summary>
internal static class PredictionLogModule
{
    public static IServiceCollection AddPredictionLog(this IServiceCollection services)
    {
        services.AddOptions<PredictionLogOptions>().BindConfiguration("Predictions").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<LogMeter>()
            .AddSingleton<CallQueue>()
            .AddSingleton<CallLog>()
            .AddSingleton<LivePolicies>()
            .AddSingleton<OpenSegments>()
            .AddSingleton<SinkSenders>()
            .AddSingleton<FilePace>()
            .AddSingleton<FileMaker>()
            .AddSingleton<ReadingTimes>()
            .AddSingleton<LogStart>()
            .AddSingleton<LogWriter>()
            .AddSingleton<LogRetentionClock>()
            .AddScoped<PolicyChange>()
            .AddScoped<SinkChange>()
            .AddScoped<IWrappedSecrets, SinkAddressKeys>()
            .AddScoped<LogStatus>()
            .AddScoped<FileRemoval>()
            .AddScoped<FileCompletion>()
            .AddScoped<LogReader>()
            .AddScoped<ReadingRecord>()
            .AddScoped<IPredictionLog, AnswerLog>()
            .AddSingleton<IBlobNames, PredictionBlobs>()
            .AddHostedService<SegmentArchiver>()
            .AddHostedService(provider => provider.GetRequiredService<LogRetentionClock>())
            .AddHostedService(provider => provider.GetRequiredService<LogWriter>());
    }

    public static void MapPredictionLog(this RouteGroupBuilder endpoints)
    {
        ShowLogPolicy.Map(endpoints);
        PutLogPolicy.Map(endpoints);
        SinkRoutes.Map(endpoints);
        ListPredictions.Map(endpoints);
        ShowPrediction.Map(endpoints);
        ListFiles.Map(endpoints);
        CompleteFiles.Map(endpoints);
        DownloadFile.Map(endpoints);
        RemoveFiles.Map(endpoints);
    }
}
