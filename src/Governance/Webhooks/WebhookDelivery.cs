using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Webhooks;

/// <summary>Keeps one reader per active webhook at work, so that a slow receiver holds up nobody else's events.</summary>
internal sealed class WebhookDelivery(WebhookBook book, WebhookReader reader, TimeProvider clock, ILogger<WebhookDelivery> log) : BackgroundService
{
    // For webhooks that another replica has made or changed.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly Channel<string> _changed = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Work, string Mark)> _running = [];

    /// <summary>A webhook was made, changed or deleted: its reader starts over with what it is now.</summary>
    public void Restart(string id) => _changed.Writer.TryWrite(id);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();   // the host starts without waiting for receivers
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StartMissing(stoppingToken);
                await WaitForChange(stoppingToken);
                while (_changed.Reader.TryRead(out var id))
                    await Stop(id);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem)   // of the database, for as long as it lasts
            {
                log.LogWarning(problem, "Webhooks can't be read. It is tried again.");
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stoppingToken);
            }
        }

        foreach (var id in _running.Keys.ToList())
            await Stop(id);
    }

    private async Task StartMissing(CancellationToken cancel)
    {
        var active = await book.Active(cancel);
        foreach (var gone in _running.Where(reading => reading.Value.Work.IsCompleted || active.TrueForAll(hook => (hook.Id, hook.Mark) != (reading.Key, reading.Value.Mark))).Select(reading => reading.Key).ToList())
            await Stop(gone);
        foreach (var (id, project, mark) in active.Where(hook => !_running.ContainsKey(hook.Id)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _running[id] = (stop, Task.Run(() => reader.Run(id, project, stop.Token), CancellationToken.None), mark);
        }
    }

    private async Task WaitForChange(CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(_changed.Reader.WaitToReadAsync(either.Token).AsTask(), Task.Delay(Interval, clock, either.Token));
        await either.CancelAsync();
    }

    private async Task Stop(string id)
    {
        if (!_running.Remove(id, out var reading))
            return;
        using (reading.Stop)
        {
            await reading.Stop.CancelAsync();
            await reading.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
