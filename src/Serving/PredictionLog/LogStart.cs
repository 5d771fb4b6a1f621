using Assay.Kernel;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Sinks;

namespace Assay.Serving.PredictionLog;

/// <summary>Reads what may be kept and who is told, before the first call is written.</summary>
internal sealed class LogStart(LivePolicies policies, SinkSenders sinks, IServiceScopeFactory scopes, TimeProvider clock, ILogger<LogStart> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task Load(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
                await policies.Load(db, cancel);
                await sinks.Load(db, cancel);
                return;
            }
            catch (Exception problem) when (!cancel.IsCancellationRequested)
            {
                log.LogError(problem, "The prediction log waits: what it may keep can't be read. Calls wait in memory, and are dropped when it is full");
                await Task.Delay(Pause, clock, cancel);
            }
        }
    }
}
