namespace Assay.Serving.PredictionLog.Reading;

/// <summary>A place in the log's order: newest first, and by id among those of one moment.</summary>
internal readonly record struct CallPlace(DateTimeOffset At, string Id) : IComparable<CallPlace>
{
    public int CompareTo(CallPlace other) => At != other.At ? At.CompareTo(other.At) : string.CompareOrdinal(Id, other.Id);

    public static CallPlace? Parse(string? cursor) =>
        cursor?.Split('.', 2) is [var ticks, var id] && long.TryParse(ticks, out var at) && at is >= 0 and < 3_155_378_976_000_000_000
            ? new(new DateTimeOffset(at, TimeSpan.Zero), id)
            : null;

    public override string ToString() => $"{At.UtcTicks}.{Id}";
}

/// <summary>Which calls are wanted.</summary>
/// <param name="From">Begun then or later.</param>
/// <param name="To">Begun before then.</param>
/// <param name="Outcome">Ended so; null for all.</param>
/// <param name="Caller">By this caller; null for all.</param>
/// <param name="After">Further down than this place.</param>
internal sealed record CallQuery(DateTimeOffset From, DateTimeOffset To, string? Outcome, string? Caller, CallPlace? After)
{
    public bool Wants(DateTimeOffset at, string id) =>
        at >= From && at < To && (After is not { } after || new CallPlace(at, id).CompareTo(after) < 0);
}

/// <summary>The newest calls that were found so far, as many as a page takes.</summary>
internal sealed class NewestCalls(int size)
{
    private readonly PriorityQueue<LoggedPrediction, CallPlace> _calls = new();

    public bool IsFull => _calls.Count == size;

    /// <summary>Whether a call of this place would be among them.</summary>
    public bool Wants(DateTimeOffset at, string id) =>
        !IsFull || (_calls.TryPeek(out _, out var oldest) && new CallPlace(at, id).CompareTo(oldest) > 0);

    /// <summary>Whether any call that began at or before a time could be.</summary>
    public bool WantsBefore(DateTimeOffset to) => !IsFull || (_calls.TryPeek(out _, out var oldest) && to >= oldest.At);

    public void Add(LoggedPrediction call)
    {
        _calls.Enqueue(call, new(call.At, call.Id));
        if (_calls.Count > size)
            _calls.Dequeue();
    }

    /// <summary>Newest first.</summary>
    public List<LoggedPrediction> ToList()
    {
        var list = new List<LoggedPrediction>(_calls.Count);
        while (_calls.TryDequeue(out var call, out _))
            list.Add(call);
        list.Reverse();
        return list;
    }
}
