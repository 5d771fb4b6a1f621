using System.Diagnostics;

namespace Assay.Registry.Scans;

/// <summary>The scan would go past one of its limits; the message says which.</summary>
internal sealed class ScanLimitException(string limit) : Exception(limit);

/// <summary>What is left of the limits of one scan, shared by everything that is looked into.</summary>
internal sealed class ScanBudget(ScanLimits limits, CancellationToken cancel)
{
    private const int StepsBetweenLooks = 4096;
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _entries;
    private long _unpacked;
    private int _steps;

    public ScanLimits Limits => limits;

    /// <summary>Counts a file or a member of a container.</summary>
    public void CountEntry()
    {
        if (++_entries > limits.EntriesMax)
            throw new ScanLimitException($"there are more than {limits.EntriesMax:N0} files and members");
        CheckTime();
    }

    /// <summary>Counts bytes that were unpacked.</summary>
    public void CountUnpacked(long bytes)
    {
        _unpacked += bytes;
        if (_unpacked > limits.UnpackedMegabytesMax << 20)
            throw new ScanLimitException($"the containers unpack to more than {limits.UnpackedMegabytesMax:N0} MiB");
        CheckTime();
    }

    /// <summary>Counts a step of something that may be long; looks at the clock now and then.</summary>
    public void CountStep()
    {
        if (++_steps % StepsBetweenLooks == 0)
            CheckTime();
    }

    public void CheckTime()
    {
        cancel.ThrowIfCancellationRequested();
        if (Stopwatch.GetElapsedTime(_started).TotalSeconds > limits.SecondsMax)
            throw new ScanLimitException($"it takes longer than {limits.SecondsMax:N0} seconds");
    }
}
