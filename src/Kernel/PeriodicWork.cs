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
            await TryTurn(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task TryTurn(CancellationToken cancel)
    {
        try
        {
            await Turn(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception problem)
        {
            Failed(problem, Failure, every);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Failure} It is tried again within {Every}.")]
    private partial void Failed(Exception problem, string failure, TimeSpan every);
}
