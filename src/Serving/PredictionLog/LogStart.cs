using Assay.Kernel;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Sinks;
using Assay.Serving.PredictionLog.Spill;

namespace Assay.Serving.PredictionLog;

/// <summary>Reads what may be kept and who is told, and finds what a former process left, before the first call is written.</summary>
internal sealed class LogStart(
    LivePolicies policies, SinkSenders sinks, OpenSegments segments, IServiceScopeFactory scopes, TimeProvider clock, ILogger<LogStart> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Load(CancellationToken cancel)
    {
        await Insist(() => Read(cancel), "what it may keep can't be read", cancel);
        await Insist(Recover, "its folder can't be opened", cancel);
    }

    private async Task Read(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        await policies.Load(db, cancel);
        await sinks.Load(db, cancel);
    }

    private Task Recover()
    {
        segments.Recover();
        return Task.CompletedTask;
    }

    private async Task Insist(Func<Task> step, string why, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception problem) when (!cancel.IsCancellationRequested)
            {
                log.LogError(problem, "The prediction log waits: {Why}. Calls wait in memory, and are dropped when it is full.", why);
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }
}
