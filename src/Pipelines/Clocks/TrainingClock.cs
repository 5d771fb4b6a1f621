using Assay.Governance;
using Assay.Kernel;
using Assay.Pipelines.Trainings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Assay.Pipelines.Clocks;

/// <summary>
/// Gives every open training its Quartz job, from the moment when the server is up. Three ways lead there, since a server
/// may die between a training's commit and its scheduling: the ledger tells of new ones, a sweep at start and once a
/// minute finds forgotten ones, and Quartz itself recovers those that were at work in a server that died.
/// </summary>
internal sealed class TrainingClock(
    IServiceScopeFactory scopes, SchedulerFactory schedulers, ILedgerFeed feed, IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<TrainingClock> log) : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);
    private IScheduler? _scheduler;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The tables are there once the application has started; nobody waits for a training before.
        await Started(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _scheduler ??= await schedulers.Create(stoppingToken);
                await _scheduler.Start(stoppingToken);
                await Follow(_scheduler, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                // The database is away or its disk full, for as long as that lasts. What waits is found by the next sweep.
                log.LogWarning(problem, "Trainings can't be scheduled at the moment. It is tried again.");
                await Task.Delay(RetryInterval, clock, stoppingToken);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // First the feed, so that nothing new begins; then the workers, each of which kills its process and hands back its training.
        await base.StopAsync(cancellationToken);
        if (_scheduler is not null)
            await _scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    private async Task Follow(IScheduler scheduler, CancellationToken cancel)
    {
        var next = await feed.Size(cancel);
        await Sweep(scheduler, cancel);

        // Whichever fails takes the other down with it, so that starting again makes no second pair.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var first = await Task.WhenAny(SweepEachInterval(scheduler, both.Token), ScheduleStarted(scheduler, next, both.Token));
        await both.CancelAsync();
        await first;
    }

    private async Task ScheduleStarted(IScheduler scheduler, long from, CancellationToken cancel)
    {
        await foreach (var entry in feed.Follow(from, cancel))
        {
            if (entry.Type == TrainingStarted.EventType)
                await Sweep(scheduler, cancel);
        }
    }

    private async Task SweepEachInterval(IScheduler scheduler, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(SweepInterval, clock);
        while (await timer.WaitForNextTickAsync(cancel))
            await Sweep(scheduler, cancel);
    }

    private async Task Sweep(IScheduler scheduler, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var open = await OpenTrainings.Of(db)
            .OrderBy(training => training.Id)
            .Select(training => new { training.Project, training.Id, training.CreatedAt })
            .ToListAsync(cancel);
        foreach (var training in open)
            await Schedule(scheduler, training.Project, training.Id, training.CreatedAt, cancel);
    }

    private static async Task Schedule(
        IScheduler scheduler, string project, string training, DateTimeOffset since, CancellationToken cancel)
    {
        var key = new JobKey(training, TrainingJob.Group);
        if (await scheduler.Exists(key, cancel))
            return;

        var job = JobBuilder.Create<TrainingJob>()
            .WithIdentity(key)
            .RequestRecovery()
            .UsingJobData(TrainingJob.Project, project)
            .Build();

        // The first to be asked for is the first to be done, however long it has waited.
        var trigger = TriggerBuilder.Create()
            .WithIdentity(training, TrainingJob.Group)
            .ForJob(key)
            .StartAt(since)
            .WithSimpleSchedule(schedule => schedule.WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        try
        {
            await scheduler.ScheduleJob(job, trigger, cancellationToken: cancel);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another replica, or the sweep beside this one, was first.
        }
    }

    private async Task Started(CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var whenStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancel);
    }
}
