using Assay.Kernel;
using Assay.Pipelines.Steps;
using Assay.Pipelines.Trainings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace Assay.Pipelines.Clocks;

/// <summary>Makes the Quartz scheduler of this process, on the database that <see cref="AssayDb"/> uses.</summary>
internal sealed class SchedulerFactory(
    IServiceScopeFactory scopes, TrainingWorker worker, IOptions<StepOptions> options, TimeProvider clock, ILoggerFactory logs)
{
    private const string TablePrefix = "pipelines_quartz_";

    /// <summary>Makes it, with its tables where they are missing; it fires nothing until it is started.</summary>
    public async Task<IScheduler> Create(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AssayDb>().Database;
        var isSqlite = database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal);
        var connection = database.GetConnectionString()!;

        return await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddSingleton(logs);
            quartz.Services.AddSingleton(worker);
            quartz.UseTimeProvider(clock);
            quartz.UseDefaultThreadPool(options.Value.Parallel);
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "assay";
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UsePersistentStore(store =>
            {
                store.ConfigureStore(configured =>
                {
                    configured.TablePrefix = TablePrefix;
                    configured.StoreJobDataAsStrings = true;
                    configured.RecoverFiringsCancelledByShutdown = true;
                });
                store.ProvisionSchema();
                if (isSqlite)
                {
                    store.UseSqlite(connection);
                }
                else
                {
                    store.UsePostgres(connection);
                    store.UseClustering();
                }
            });
        }).BuildScheduler(cancel);
    }
}
