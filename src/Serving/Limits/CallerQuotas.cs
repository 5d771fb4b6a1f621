using System.Collections.Concurrent;
using System.Globalization;

namespace Assay.Serving.Limits;

/// <summary>What a caller has used up.</summary>
/// <param name="What">In words.</param>
/// <param name="Wait">Until it begins anew.</param>
internal sealed record UsedUp(string What, TimeSpan Wait);

/// <summary>What each caller may ask in a day (UTC). Kept in memory: a start of the server begins anew.</summary>
internal sealed class CallerQuotas(long? requestsMax, long? rowsMax, TimeProvider clock, CallerQuotas? former)
{
    private readonly Lock _lock = new();
    private ConcurrentDictionary<string, Used> _today = former?._today ?? new();   // other limits give nobody a new day
    private DateTime _day = former?._day ?? default;

    /// <summary>Counts a request of a caller, or says what is used up.</summary>
    public UsedUp? WhyNot(string caller)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var used = Today(now).GetOrAdd(caller, _ => new Used());
        var wait = now.Date.AddDays(1) - now;
        if (rowsMax is { } rows && Interlocked.Read(ref used.Rows) >= rows)
            return new(string.Create(CultureInfo.InvariantCulture, $"{rows} rows"), wait);
        if (requestsMax is { } requests && Interlocked.Increment(ref used.Requests) > requests)
            return new(string.Create(CultureInfo.InvariantCulture, $"{requests} requests"), wait);
        return null;
    }

    public void AddRows(string caller, int rows) =>
        Interlocked.Add(ref Today(clock.GetUtcNow().UtcDateTime).GetOrAdd(caller, _ => new Used()).Rows, rows);

    private ConcurrentDictionary<string, Used> Today(DateTime now)
    {
        if (now.Date != _day)
        {
            lock (_lock)
            {
                if (now.Date != _day)
                    (_today, _day) = (new(), now.Date);
            }
        }

        return _today;
    }

    private sealed class Used
    {
        public long Requests;
        public long Rows;
    }
}
