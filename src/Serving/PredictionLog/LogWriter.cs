using Assay.Serving.PredictionLog.Capture;
using Assay.Serving.PredictionLog.Spill;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Assay.Serving.PredictionLog;

/// <summary>
/// Takes calls out of the queue and puts them on the disk, several times a second, and sooner when there are many. It is the one writer: what others want of
/// it is done between two rounds.
/// </summary>
internal sealed class LogWriter(
    CallQueue queue, OpenSegments segments, LogStart start, IOptions<PredictionLogOptions> options, TimeProvider clock, ILogger<LogWriter> log) : BackgroundService
{
    private readonly SemaphoreSlim _awake = new(0);
    private readonly Lock _lock = new();
    private readonly List<(Action? Work, TaskCompletionSource Done)> _wanted = [];

    /// <summary>Waits until calls that are over can be read, and, where it is given, does work that needs the writer to stand still.</summary>
    public Task Flush(Action? work, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _wanted.Add((work, done));
        _awake.Release();
        return done.Task.WaitAsync(cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await start.Load(stoppingToken);
        queue.Filled = () => _awake.Release();
        while (!stoppingToken.IsCancellationRequested)
        {
            if (queue.Count < CallQueue.Many)
                await ((Task)_awake.WaitAsync(options.Value.FlushMilliseconds, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Round();
        }

        Round();
    }

    private void Round()
    {
        List<(Action? Work, TaskCompletionSource Done)> wanted;
        lock (_lock)
        {
            wanted = [.. _wanted];
            _wanted.Clear();
        }

        try
        {
            Keep();
        }
        catch (Exception problem)   // a defect costs calls, and not the host
        {
            log.LogError(problem, "Calls could not be written down and are missing in the prediction log.");
        }

        foreach (var (work, done) in wanted)
            Do(work, done);
    }

    private void Keep()
    {
        var failed = 0;
        Exception? last = null;
        for (var left = queue.Count; left > 0 && queue.TryTake(out var call); left--)   // what comes meanwhile has its turn in the next round
        {
            try
            {
                segments.Add(call);
            }
            catch (Exception problem)   // a defect costs the call at which it shows, and neither the others nor its room in the queue
            {
                (failed, last) = (failed + 1, problem);
            }
            finally
            {
                queue.Return(call);
            }
        }

        if (last is not null)   // once a round, for there may be many
            log.LogError(last, "{Calls} calls could not be written down and are missing in the prediction log. The last of them failed with this.", failed);
        segments.Flush(clock.GetUtcNow());
    }

    private static void Do(Action? work, TaskCompletionSource done)
    {
        try
        {
            work?.Invoke();
            done.TrySetResult();
        }
        catch (Exception problem)   // whoever wanted it is told
        {
            done.TrySetException(problem);
        }
    }

    public override void Dispose()
    {
        queue.Filled = null;
        _awake.Dispose();
        base.Dispose();
    }
}
