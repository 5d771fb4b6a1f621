using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Windows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.Reports;

/// <summary>What a clock looks at: it compares what is due, in a scope of its project.</summary>
internal sealed record LookedAt(string Project, string Name, Func<IServiceProvider, CancellationToken, Task> Look);

/// <summary>
/// Makes comparisons that read files, apart from the clocks that are quick. One's trouble stops none of the others, and it is tried
/// again at the next look.
/// </summary>
internal abstract partial class ComparisonClock(TimeSpan every, IServiceScopeFactory scopes, TimeProvider clock, ILogger log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

    /// <summary>Looks at everything once.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        List<LookedAt> all = [];
        await Guard("everything", async services => all.AddRange(await All(services, cancel)), cancel);
        foreach (var each in all)
        {
            await Guard($"{each.Project}/{each.Name}", services =>
            {
                services.GetRequiredService<ProjectScope>().Enter(each.Project);
                services.GetRequiredService<Caller>().Set(WindowWriter.Actor);
                return each.Look(services, cancel);
            }, cancel);
        }
    }

    /// <summary>What there is to look at now.</summary>
    protected abstract Task<IReadOnlyList<LookedAt>> All(IServiceProvider services, CancellationToken cancel);

    private async Task Guard(string what, Func<IServiceProvider, Task> work, CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))
        {
            // Another replica compared at this moment: nothing was written, and the next look reads what it wrote.
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; what was not compared yet is compared after the next start.
        }
        catch (Exception problem)   // the next look tries again
        {
            Failed(problem, what);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} could not be compared; it is tried again.")]
    private partial void Failed(Exception problem, string what);
}
