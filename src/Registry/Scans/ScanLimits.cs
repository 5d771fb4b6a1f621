using System.ComponentModel.DataAnnotations;

namespace Assay.Registry.Scans;

/// <summary>How much work one scan may be. What goes past a limit does not pass, and the finding names the limit.</summary>
public class ScanLimits
{
    /// <summary>Containers within containers.</summary>
    [Range(1, 32)]
    public int DepthMax { get; init; } = 8;

    /// <summary>Files of a folder and members of containers, all together.</summary>
    [Range(1, 10_000_000)]
    public int EntriesMax { get; init; } = 100_000;

    /// <summary>MiB that all containers together may unpack to.</summary>
    [Range(1, 1 << 20)]
    public long UnpackedMegabytesMax { get; init; } = 8192;

    /// <summary>Unpacked bytes for each packed one, in a container or stream that unpacks to more than 64 MiB.</summary>
    [Range(2, 100_000)]
    public int RatioMax { get; init; } = 200;

    /// <summary>Values on a pickle's stack, and as many in its memo.</summary>
    [Range(1000, 100_000_000)]
    public int PickleValuesMax { get; init; } = 5_000_000;

    /// <summary>Seconds for everything together.</summary>
    [Range(0.1, 86_400)]
    public double SecondsMax { get; init; } = 600;

    /// <summary>Findings kept; more are counted only.</summary>
    [Range(10, 100_000)]
    public int FindingsMax { get; init; } = 1000;
}
