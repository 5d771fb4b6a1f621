using System.ComponentModel.DataAnnotations;

namespace Assay.Registry.Approvals;

/// <summary>Times around approvals; section <c>Approvals</c>.</summary>
internal sealed class ApprovalOptions
{
    /// <summary>How long a request waits before those who may decide are reminded, once; hours.</summary>
    [Range(1, 24 * 90)]
    public int RemindAfterHours { get; init; } = 48;

    /// <summary>How long an emergency lasts that does not say; hours.</summary>
    [Range(1, 168)]
    public int BreakGlassHours { get; init; } = 24;
}
