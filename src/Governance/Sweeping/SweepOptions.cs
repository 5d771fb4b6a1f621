using System.ComponentModel.DataAnnotations;

namespace Assay.Governance.Sweeping;

/// <summary>When bytes that no row names are removed; section <c>Blobs</c>.</summary>
internal sealed class SweepOptions
{
    /// <summary>How long after they were put last, in hours: longer than the longest registration takes.</summary>
    [Range(1, 8760, ErrorMessage = "Blobs:GraceHours is a number of hours from 1 to 8760.")]
    public int GraceHours { get; init; } = 24;

    /// <summary>How often is looked, in minutes.</summary>
    [Range(1, 10_080, ErrorMessage = "Blobs:SweepMinutes is a number of minutes from 1 to 10080.")]
    public int SweepMinutes { get; init; } = 60;
}
