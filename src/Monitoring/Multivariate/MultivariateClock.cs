using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Segments;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.Multivariate;

/// <summary>Makes the comparisons of logged rows that are due, apart from the other clocks, since it reads files and draws rows.</summary>
internal sealed partial class MultivariateClock(IEndpoints endpoints, IServiceScopeFactory scopes, TimeProvider clock, ILogger<MultivariateClock> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(5);
    private readonly Dictionary<(string Project, string Endpoint, Type What), DateTimeOffset> _tried = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Tick(stoppingToken);
    }

    /// <summary>Looks at every endpoint once.</summary>
    internal async Task Tick(CancellationToken cancel)
    {
        foreach (var served in endpoints.List())
        {
            try
            {
                await Together(served, cancel);
                await Reasons(served, cancel);
                await Parts(served, cancel);
            }
            catch (DbUpdateException)
            {
                // Another replica compared at this moment: nothing was written, and the next look reads what it wrote.
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // one endpoint's trouble must not stop the others, and it is tried again
            {
                Failed(problem, $"{served.Project}/{served.Name}");
            }
        }
    }

    private async Task Together(ServedEndpoint served, CancellationToken cancel)
    {
        await using var scope = Enter(served);
        var watch = scope.ServiceProvider.GetRequiredService<MultivariateWatch>();
        if (await IsTurn(served, watch, watch.IsDue, cancel))
            await watch.Run(served, cancel);
    }

    private async Task Reasons(ServedEndpoint served, CancellationToken cancel)
    {
        await using var scope = Enter(served);
        var watch = scope.ServiceProvider.GetRequiredService<AttributionWatch>();
        if (await IsTurn(served, watch, watch.IsDue, cancel))
            await watch.Run(served, cancel);
    }

    private async Task Parts(ServedEndpoint served, CancellationToken cancel)
    {
        await using var scope = Enter(served);
        var watch = scope.ServiceProvider.GetRequiredService<SegmentWatch>();
        if (await IsTurn(served, watch, watch.IsDue, cancel))
            await watch.Run(served, cancel);
    }

    private AsyncServiceScope Enter(ServedEndpoint served)
    {
        var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(served.Project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set(WindowWriter.Actor);
        return scope;
    }

    // With too few rows nothing is written, and the log isn't read anew at every look.
    private async Task<bool> IsTurn(ServedEndpoint served, object watch, Func<ServedEndpoint, CancellationToken, Task<bool>> isDue, CancellationToken cancel)
    {
        var (key, now) = ((served.Project, served.Name, watch.GetType()), clock.GetUtcNow());
        if (now - _tried.GetValueOrDefault(key) < AgainAfter || !await isDue(served, cancel))
            return false;
        _tried[key] = now;
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Logged rows of {What} could not be compared; it is tried again.")]
    private partial void Failed(Exception problem, string what);
}
