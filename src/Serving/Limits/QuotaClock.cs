using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Live;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Serving.Limits;

/// <summary>
/// Keeps what callers used of their quotas, every two seconds and at the end, so that no start gives them a new day and
/// replicas count together. Without quotas it asks nobody.
/// </summary>
internal sealed partial class QuotaClock(IServiceScopeFactory scopes, LiveEndpoints live, TimeProvider clock, ILogger<QuotaClock> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Tick(cancellationToken);
    }

    private async Task Tick(CancellationToken cancel)
    {
        foreach (var (project, name) in live.Names())
        {
            if (live.Find(project, name)?.Target.Gate is not EndpointGate { Quotas: { } quotas })
                continue;
            try
            {
                await Keep(project, name, quotas.Today, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // of the database, for as long as it lasts: memory goes on counting
            {
                Failed(problem, name, project);
            }
        }
    }

    private async Task Keep(string project, string name, UsedDay day, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        if (!day.IsRead)
        {
            await db.ForgetQuotas(day.Date, cancel);
            await db.ReadQuotas(day, project, name, cancel);
        }

        await db.KeepQuotas(day, name, cancel);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What callers used of the quotas of endpoint {Endpoint} of project {Project} could not be kept, and is tried again.")]
    private partial void Failed(Exception problem, string endpoint, string project);
}
