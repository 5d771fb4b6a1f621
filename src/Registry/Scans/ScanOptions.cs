using System.ComponentModel.DataAnnotations;

namespace Assay.Registry.Scans;

/// <summary>The section <c>Scans</c> of the settings: the limits of a scan, and those of the server that runs them.</summary>
internal sealed class ScanOptions : ScanLimits
{
    public const string Section = "Scans";

    /// <summary>Scans at the same time; others wait.</summary>
    [Range(1, 64)]
    public int Parallel { get; init; } = 1;

    /// <summary>MiB of a file that is sent to be scanned only.</summary>
    [Range(1, 1 << 20)]
    public int UploadMegabytesMax { get; init; } = 2048;
}
