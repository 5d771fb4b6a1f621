using System.ComponentModel.DataAnnotations;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Reports;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Segments;

/// <summary>
/// That drift and quality are judged within parts of the traffic, too: a part may change while all of it together looks as before.
/// </summary>
/// <param name="Features">Inputs whose values make the parts, 1 to 5: at most ten categories or quarters of a number each, all others, and those without a value.</param>
/// <param name="EveryMinutes">Minutes between two comparisons, 60 to 10,080.</param>
/// <param name="MinimumRows">Rows that a part needs on either side, 50 to 10,000; with fewer it is unknown.</param>
public sealed record SegmentSettings(
    [Required, MinLength(1), MaxLength(5)] IReadOnlyList<string> Features, [Range(60, 10_080)] int EveryMinutes = 1440, [Range(50, 10_000)] int MinimumRows = 200)
{
    private const double MinutesPerWeek = 7 * 24 * 60;

    /// <summary>The chance that a week without any change finds something in any part: that of a comparison is so many times smaller.</summary>
    internal double Significance => new DriftRule().Significance / Math.Max(1, MinutesPerWeek / EveryMinutes);
}

/// <summary>A share of a part's rows that is above that of the reference.</summary>
/// <param name="Feature">Of which.</param>
/// <param name="Check"><c>missing</c>, <c>unseen</c>, <c>outside</c>, <c>vanished</c> or <c>constant</c>.</param>
/// <param name="Share">In the part; 1 for the last two.</param>
/// <param name="Reference">In the same part of the reference.</param>
/// <param name="PValue">That both are the same, not corrected; 0 for the last two, which are told only where chance is ruled out.</param>
public sealed record SegmentFinding(string Feature, string Check, double Share, double Reference, double PValue);

/// <summary>A part of the traffic beside the same part of the reference.</summary>
/// <param name="Feature">Input whose values make the parts.</param>
/// <param name="Value">The value, or the range.</param>
/// <param name="Rows">Rows of the part among those that were drawn.</param>
/// <param name="ReferenceRows">Rows of it in the reference, likewise.</param>
/// <param name="Verdict">Whether anything of it drifted or broke; unknown with too few rows.</param>
/// <param name="Because">The verdict in words.</param>
/// <param name="MaxPsi">Largest index of its features; null where it is unknown.</param>
/// <param name="Drifted">The features that drifted, by falling index, at most 20.</param>
/// <param name="Quality">What is wrong with its data, at most 20.</param>
public sealed record SegmentResult(
    string Feature,
    string Value,
    long Rows,
    long ReferenceRows,
    ComparisonVerdict Verdict,
    string Because,
    double? MaxPsi,
    IReadOnlyList<DriftResult> Drifted,
    IReadOnlyList<SegmentFinding> Quality)
{
    /// <summary>The part in words, such as <c>plan = pro</c>.</summary>
    public string Name => $"{Feature} = {Value}";
}

/// <summary>All parts, compared once.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="At">When it was done.</param>
/// <param name="Reference">Rows compared with.</param>
/// <param name="Current">Rows compared.</param>
/// <param name="Drifted">Whether anything of any part drifted or broke.</param>
/// <param name="Tests">Tests that were made, by which each p-value was multiplied.</param>
/// <param name="Significance">Corrected p-value below which a difference is not chance.</param>
/// <param name="Segments">Every part, by feature, the largest first.</param>
/// <param name="Masked">Inputs that the log leaves out or hashes, so that nothing is known of them.</param>
/// <param name="Notes">What to mind.</param>
public sealed record SegmentComparison(
    string Id,
    int ModelVersion,
    DateTimeOffset At,
    SampledTime Reference,
    SampledTime Current,
    bool Drifted,
    int Tests,
    double Significance,
    IReadOnlyList<SegmentResult> Segments,
    IReadOnlyList<string> Masked,
    IReadOnlyList<string> Notes);

/// <summary>The comparisons of an endpoint's parts.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Settings">Which parts, and when; null when none are compared.</param>
/// <param name="Results">Newest first, at most 20.</param>
public sealed record SegmentReport(string Endpoint, SegmentSettings? Settings, IReadOnlyList<SegmentComparison> Results);
