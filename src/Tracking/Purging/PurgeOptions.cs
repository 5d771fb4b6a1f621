using System.ComponentModel.DataAnnotations;

namespace Assay.Tracking.Purging;

/// <summary>When what was deleted goes for good; section <c>Tracking</c>.</summary>
internal sealed class PurgeOptions
{
    /// <summary>How many days deleted runs, experiments and logged models can be brought back.</summary>
    [Range(1, 36_500, ErrorMessage = "Tracking:KeepDeletedDays is a number of days from 1 to 36500.")]
    public int KeepDeletedDays { get; init; } = 30;
}
