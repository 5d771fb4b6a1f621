namespace Assay.Monitoring.Rules;

/// <summary>
/// What this process takes of the processors and the memory that it may take, whichever endpoint needs it. In a container
/// both are those of the container.
/// </summary>
internal sealed class ProcessLoad
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Queue<(DateTimeOffset At, TimeSpan Used)> _looks = new();
    private readonly Func<TimeSpan> _used;
    private readonly Func<(long Used, long Available)> _memory;

    public ProcessLoad()
        : this(() => Environment.CpuUsage.TotalTime, () => (Environment.WorkingSet, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
    {
    }

    internal ProcessLoad(Func<TimeSpan> used, Func<(long Used, long Available)> memory) => (_used, _memory) = (used, memory);

    /// <summary>Share of all processors that was busy in the last minute, or since it was looked at first; null before.</summary>
    public double? CpuShare { get; private set; }

    /// <summary>Share of the memory that is resident; null when it isn't known how much there is.</summary>
    public double? MemoryShare { get; private set; }

    /// <summary>Looks now.</summary>
    public void Look(DateTimeOffset now)
    {
        var used = _used();
        _looks.Enqueue((now, used));
        while (_looks.Count > 2 && now - _looks.ElementAt(1).At >= Length)
            _looks.Dequeue();
        var (first, before) = _looks.Peek();
        CpuShare = now > first ? Math.Clamp((used - before) / ((now - first) * Environment.ProcessorCount), 0, 1) : CpuShare;
        var (resident, available) = _memory();
        MemoryShare = available > 0 ? Math.Min(1, resident / (double)available) : null;
    }
}
