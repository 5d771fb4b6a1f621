using Assay.Kernel;
using Assay.Kernel.Permissions;

namespace Assay.Governance.Audit;

/// <summary>More refused requests within a minute than are recorded one by one.</summary>
/// <param name="NotRecorded">How many have no event of their own.</param>
/// <param name="From">Start of the minute.</param>
/// <param name="To">Its end, or the moment at which the server was stopped.</param>
public sealed record FloodRefused(long NotRecorded, DateTimeOffset From, DateTimeOffset To) : LedgerEvent("access.flood-refused", "permission:*");

/// <summary>
/// Bounds how many refusals become events: 60 a minute, so that a flood can't fill the ledger. What was left out is counted,
/// and one event with the count follows when the minute ends, so that the flood itself is never left out.
/// </summary>
internal sealed class RefusalLimit(IServiceScopeFactory scopes, TimeProvider clock, ILogger<RefusalLimit> log)
    : PeriodicWork(TimeSpan.FromSeconds(1), clock, log)
{
    public const int RecordedPerMinute = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Queue<FloodRefused> _ended = new();
    private DateTimeOffset _from;
    private int _recorded;
    private long _leftOut;

    /// <summary>Whether the next refusal is to be recorded; counts it when not.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var now = Clock.GetUtcNow();
            if (now - _from >= Minute)
                EndMinute(now);
            if (_recorded < RecordedPerMinute)
                return ++_recorded > 0;
            _leftOut++;
            return false;
        }
    }

    protected override string Failure => "A flood of refused requests could not be recorded.";

    protected override async Task Turn(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_leftOut > 0 && Clock.GetUtcNow() - _from >= Minute)
                EndMinute(Clock.GetUtcNow());
        }

        await Write(cancel);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        lock (_gate)
            EndMinute(Clock.GetUtcNow());
        await Write(cancellationToken);
    }

    private void EndMinute(DateTimeOffset now)
    {
        if (_leftOut > 0)
            _ended.Enqueue(new(_leftOut, _from, now < _from + Minute ? now : _from + Minute));
        (_from, _recorded, _leftOut) = (now, 0, 0);
    }

    private async Task Write(CancellationToken cancel)
    {
        while (Next() is { } flood)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<Caller>().Set("system:access");
                scope.ServiceProvider.GetRequiredService<ILedger>().Append(flood);
                await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(cancel);
            }
            catch (Exception problem)
            {
                Log.LogWarning(problem, "A flood of {Count} refused requests could not be recorded. It is tried again.", flood.NotRecorded);
                return;
            }

            lock (_gate)
                _ended.Dequeue();
        }
    }

    private FloodRefused? Next()
    {
        lock (_gate)
            return _ended.TryPeek(out var flood) ? flood : null;
    }
}
