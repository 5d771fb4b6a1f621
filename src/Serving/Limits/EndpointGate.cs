using System.Threading.RateLimiting;
using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;

namespace Assay.Serving.Limits;

/// <summary>
/// Lets calls into an endpoint: a caller's own limits first (429, whoever else has room), then the turn that everybody waits
/// for, and not for long (503, so that callers go elsewhere before everything stands still).
/// </summary>
internal sealed class EndpointGate : ICallGate, IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private readonly string _endpoint;
    private readonly LimitsMeter _meter;
    private readonly PredictTarget _target;
    private readonly PartitionedRateLimiter<string>? _rates;
    private readonly CallerQuotas? _quotas;
    private readonly CallTurns? _turns;

    public EndpointGate(PredictTarget target, EndpointLimits limits, LimitsMeter meter, TimeProvider clock, EndpointGate? former = null)
    {
        (_target, _endpoint, _meter, Limits) = (target, target.Endpoint, meter, limits);
        if (limits.RequestsPerSecond is { } rate)
            _rates = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => Bucket(rate, limits.Burst)));
        if (limits.RequestsPerDay is not null || limits.RowsPerDay is not null)
            _quotas = new CallerQuotas(limits.RequestsPerDay, limits.RowsPerDay, clock, former?._quotas);
        if (limits.Concurrency is not { } concurrency)
            return;
        _turns = new(_endpoint, concurrency, limits.Queue, limits.QueueMilliseconds, reason => meter.Rejected(target, reason));
        meter.Watch(this, target, Waiting, _turns.Room);
    }

    /// <summary>What it holds calls to.</summary>
    public EndpointLimits Limits { get; }

    /// <summary>What callers may ask in a day; null where they may ask what they like.</summary>
    public CallerQuotas? Quotas => _quotas;

    /// <summary>Calls that may wait for their turn; null where no call has to.</summary>
    public int? Room => _turns?.Room;

    /// <summary>Calls that wait for their turn.</summary>
    public long Waiting() => _turns?.Waiting ?? 0;

    public ValueTask<GatePass> Enter(HttpContext http)
    {
        if ((_rates is not null || _quotas is not null) && WhyNot(http.RequestServices.GetRequiredService<Caller>().Id) is { } refused)
            return new(new GatePass(refused, null));
        return _turns is null ? new(GatePass.In) : _turns.Enter(http);
    }

    /// <summary>Counts the rows of a call that is over against its caller's day.</summary>
    public void Ended(in EndedCall ended)
    {
        if (_quotas is not null && ended.RowsAsked is > 0 and var rows)
            _quotas.AddRows(ended.Http.RequestServices.GetRequiredService<Caller>().Id, rows);
    }

    /// <summary>Others let calls in from now on. Those that came to it in this moment are still judged by it.</summary>
    public void Leave()
    {
        _meter.Forget(this);
        _ = Task.Delay(Grace).ContinueWith(_ => Dispose(), TaskScheduler.Default);
    }

    public void Dispose()
    {
        _meter.Forget(this);
        _rates?.Dispose();
        _turns?.Dispose();
    }

    private Problem? WhyNot(string caller)
    {
        if (_rates is not null)
        {
            using var lease = _rates.AttemptAcquire(caller);
            if (!lease.IsAcquired)
                return Limited("rate", $"You ask '{_endpoint}' more often than its limit allows. Wait, and spread your requests.", RetryAfter(lease));
        }

        return _quotas?.WhyNot(caller) is { } over
            ? Limited("quota", $"You have used up what '{_endpoint}' allows a caller in a day: {over.What}. It begins anew at midnight UTC.", over.Wait)
            : null;
    }

    private Problem Limited(string reason, string sentence, TimeSpan wait)
    {
        _meter.Rejected(_target, reason);
        return new(StatusCodes.Status429TooManyRequests, "limit", sentence) { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
    }

    private static TimeSpan RetryAfter(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);

    // Whole tokens at short intervals: as many in each as the rate gives, or one in a longer one.
    private static TokenBucketRateLimiterOptions Bucket(double rate, int? burst)
    {
        var tokens = Math.Max(1, (int)Math.Round(rate / 10));
        return new()
        {
            TokenLimit = Math.Max(burst ?? (int)Math.Ceiling(rate), tokens),
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / rate),
            QueueLimit = 0,
            AutoReplenishment = false,
        };
    }
}
