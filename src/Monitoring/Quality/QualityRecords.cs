using Assay.Monitoring.Monitors;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Quality;

/// <summary>What is wrong with a feature as a whole.</summary>
public enum FeatureState
{
    /// <summary>It has values, and more than one.</summary>
    Fine,

    /// <summary>No row has a value, though the reference has some: whatever fills it has broken.</summary>
    Vanished,

    /// <summary>Every row has the same value, though the reference has others.</summary>
    Constant,
}

/// <summary>A share of a window's rows beside that of the reference.</summary>
/// <param name="Live">Share in the window, 0 to 1.</param>
/// <param name="Reference">Share in the reference.</param>
/// <param name="Above">The first less the second.</param>
/// <param name="Interval">99 % confidence interval of that (Newcombe).</param>
/// <param name="PValue">That both are the same, by Fisher's exact test, not corrected for the number of features.</param>
public sealed record QualityShare(double Live, double Reference, double Above, Interval Interval, double PValue);

/// <summary>The quality of a feature in a window.</summary>
/// <param name="Name">Of the feature.</param>
/// <param name="State">What is wrong with it as a whole.</param>
/// <param name="Rows">Rows counted.</param>
/// <param name="Missing">Rows without a value; null without rows.</param>
/// <param name="Outside">Numbers below the least or above the largest of the training data; null for a category, and where one side wasn't counted.</param>
/// <param name="Unseen">Values that the reference has none of, in rows that have a value: the bin of rare categories, and numbers in bins that are empty in the reference.</param>
/// <param name="Min">Least number of the window.</param>
/// <param name="Max">Largest number of the window.</param>
/// <param name="TrainedMin">Least number of the training data.</param>
/// <param name="TrainedMax">Largest number of the training data.</param>
/// <param name="Refused">Calls that were refused because of this feature; null where that wasn't counted.</param>
public sealed record FeatureQuality(
    string Name,
    FeatureState State,
    long Rows,
    QualityShare? Missing,
    QualityShare? Outside,
    QualityShare? Unseen,
    double? Min,
    double? Max,
    double? TrainedMin,
    double? TrainedMax,
    long? Refused);

/// <summary>Calls that were refused as the schema doesn't allow them.</summary>
/// <param name="Refused">How many.</param>
/// <param name="Answered">Calls that were answered in the same time.</param>
/// <param name="Share">Refused ones among both; null without calls.</param>
/// <param name="Interval">99 % confidence interval of that (Wilson).</param>
/// <param name="Elsewhere">Refused ones that are about no input of the model: an unknown column, or a body that can't be read.</param>
public sealed record RefusedShare(long Refused, long Answered, double? Share, Interval? Interval, long Elsewhere);

/// <summary>The quality of the data of a window.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Window">Id of the window.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="From">When it began.</param>
/// <param name="To">When it ended.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="Calls">Refused calls; null for a window from before they were counted.</param>
/// <param name="Features">In schema order.</param>
/// <param name="Notes">What isn't known.</param>
public sealed record QualityReport(
    string Endpoint,
    string Window,
    int ModelVersion,
    DateTimeOffset From,
    DateTimeOffset To,
    long Rows,
    ReferenceKind Reference,
    RefusedShare? Calls,
    IReadOnlyList<FeatureQuality> Features,
    IReadOnlyList<string> Notes);
