using System.Collections.Concurrent;
using System.Globalization;

namespace Assay.Serving.Limits;

/// <summary>What a caller has used up.</summary>
/// <param name="What">In words.</param>
/// <param name="Wait">Until it begins anew.</param>
internal sealed record UsedUp(string What, TimeSpan Wait);

/// <summary>What each caller may ask in a day (UTC). Judged by what is in memory, which <see cref="QuotaClock"/> keeps.</summary>
internal sealed class CallerQuotas(long? requestsMax, long? rowsMax, TimeProvider clock, CallerQuotas? former)
{
    private readonly Lock _lock = new();
    private UsedDay _day = former?._day ?? new(default);   // other limits give nobody a new day

    /// <summary>What was used today.</summary>
    public UsedDay Today => DayOf(clock.GetUtcNow().UtcDateTime);

    /// <summary>Counts a request of a caller, or says what is used up.</summary>
    public UsedUp? WhyNot(string caller)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var used = DayOf(now).Of(caller);
        var wait = now.Date.AddDays(1) - now;
        if (rowsMax is { } rows && used.Rows >= rows)
            return new(string.Create(CultureInfo.InvariantCulture, $"{rows} rows"), wait);
        if (requestsMax is { } requests && !used.TryAddRequest(requests))
            return new(string.Create(CultureInfo.InvariantCulture, $"{requests} requests"), wait);
        return null;
    }

    public void AddRows(string caller, int rows) => Today.Of(caller).AddRows(rows);

    private UsedDay DayOf(DateTime now)
    {
        var date = DateOnly.FromDateTime(now);
        if (date != _day.Date)
        {
            lock (_lock)
            {
                if (date != _day.Date)
                    _day = new(date);
            }
        }

        return _day;
    }
}

/// <summary>What callers used on a day.</summary>
internal sealed class UsedDay(DateOnly date)
{
    private readonly ConcurrentDictionary<string, UsedByCaller> _callers = new(StringComparer.Ordinal);

    public DateOnly Date => date;

    /// <summary>Whether what was kept of this day was read.</summary>
    public bool IsRead { get; set; }

    public UsedByCaller Of(string caller) => _callers.GetOrAdd(caller, static _ => new());

    /// <summary>What callers used since it was taken before.</summary>
    public List<NewUse> TakeNew() => [.. _callers.Select(each => each.Value.TakeNew(each.Key)).Where(use => use.Requests > 0 || use.Rows > 0)];

    /// <summary>Takes back what could not be kept.</summary>
    public void GiveBack(List<NewUse> uses) => uses.ForEach(use => Of(use.Caller).GiveBack(use));
}

/// <summary>What a caller used and the database doesn't have yet.</summary>
internal readonly record struct NewUse(string Caller, long Requests, long Rows);

/// <summary>What one caller used: of every replica as far as it is known, and by itself what is new.</summary>
internal sealed class UsedByCaller
{
    private readonly Lock _lock = new();
    private long _requests;
    private long _rows;
    private long _newRequests;
    private long _newRows;

    public long Rows
    {
        get
        {
            lock (_lock)
                return _rows;
        }
    }

    /// <summary>Counts a request where fewer than so many were counted; one that is refused is not charged.</summary>
    public bool TryAddRequest(long requestsMax)
    {
        lock (_lock)
        {
            if (_requests >= requestsMax)
                return false;
            _requests++;
            _newRequests++;
            return true;
        }
    }

    public void AddRows(int rows)
    {
        lock (_lock)
        {
            _rows += rows;
            _newRows += rows;
        }
    }

    public NewUse TakeNew(string caller)
    {
        lock (_lock)
        {
            var use = new NewUse(caller, _newRequests, _newRows);
            (_newRequests, _newRows) = (0, 0);
            return use;
        }
    }

    public void GiveBack(NewUse use)
    {
        lock (_lock)
        {
            _newRequests += use.Requests;
            _newRows += use.Rows;
        }
    }

    /// <summary>Takes over what all replicas kept.</summary>
    public void Learn(long requests, long rows)
    {
        lock (_lock)
        {
            _requests = requests + _newRequests;
            _rows = rows + _newRows;
        }
    }
}
