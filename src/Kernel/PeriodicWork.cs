using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Kernel;

/// <summary>
/// What a process does again and again beside what it is asked. Whatever fails, be it a database that is away or a defect,
/// ends one turn and no more: the next one tries again, and the host, which stops when a <see cref="BackgroundService"/>
/// throws, goes on answering.
/// </summary>
/// <param name="every">From the beginning of one turn to that of the next.</param>
/// <param name="clock">Says when that is.</param>
/// <param name="log">Is told of turns that failed.</param>
/// <param name="first">From the start to the first turn; null for <paramref name="every"/>.</param>
public abstract partial class PeriodicWork(TimeSpan every, TimeProvider clock, ILogger log, TimeSpan? first = null) : BackgroundService
{
    /// <summary>Says what time it is.</summary>
    protected TimeProvider Clock => clock;

    /// <summary>Where the work tells what befalls it.</summary>
    protected ILogger Log => log;

    /// <summary>What could not be done when a turn fails, a sentence.</summary>
    protected abstract string Failure { get; }

    /// <summary>Does it once.</summary>
    protected abstract Task Turn(CancellationToken cancel);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(first ?? every, clock, stoppingToken);
        using var timer = new PeriodicTimer(every, clock);
        do
            await Try(Failure, () => Turn(stoppingToken), stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Does one of several things of a turn: what befalls it stops none of the others, and the next turn tries it again.</summary>
    /// <param name="failure">What could not be done when it fails, a sentence.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancel">Ends it when the host stops.</param>
    protected async Task Try(string failure, Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; what is not done yet is done after the next start.
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))
        {
            CameSecond(problem, failure, every);
        }
        catch (Exception problem)
        {
            Failed(problem, failure, every);
        }
    }

    // Another replica, or somebody, wrote at this moment: nothing was written here, and the next turn goes on from what they wrote.
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Failure} Somebody else wrote first; it is looked at again within {Every}.")]
    private partial void CameSecond(Exception problem, string failure, TimeSpan every);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure} It is tried again within {Every}.")]
    private partial void Failed(Exception problem, string failure, TimeSpan every);
}
