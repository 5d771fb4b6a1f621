using System.Text.Json.Serialization;

namespace Assay.Statistics.Profiles;

/// <summary>
/// The distribution of one feature, or of the score, in the data that a model was trained on, counted over bins that
/// never change afterwards, so that live traffic can be counted over the same bins in constant memory.
/// </summary>
/// <remarks>
/// Numbers: <see cref="Edges"/> are ascending inner cut points at quantiles of the reference, and bin i holds the values
/// in (Edges[i-1], Edges[i]], so there is one bin more than there are edges. Categories: one bin per value of
/// <see cref="Categories"/> and one last bin for every other value. <see cref="Counts"/> has the reference's count per bin.
/// </remarks>
/// <param name="Name">Feature name, or the name of the model's output for the score.</param>
/// <param name="Edges">Inner cut points of a number; null for a category.</param>
/// <param name="Categories">Known values of a category, most frequent first; null for a number.</param>
/// <param name="Counts">Reference count per bin, missing values not among them.</param>
/// <param name="Missing">Reference rows without a value.</param>
/// <param name="Mean">Mean of the reference; null for a category.</param>
/// <param name="StandardDeviation">Population standard deviation of the reference; null for a category.</param>
/// <param name="Min">Smallest reference value; null for a category.</param>
/// <param name="Max">Largest reference value; null for a category.</param>
public sealed record Baseline(
    string Name,
    IReadOnlyList<double>? Edges,
    IReadOnlyList<string>? Categories,
    IReadOnlyList<long> Counts,
    long Missing,
    double? Mean,
    double? StandardDeviation,
    double? Min,
    double? Max);

/// <summary>The baseline that travels in a model package as <c>baseline.json</c>.</summary>
/// <param name="Rows">Rows of the training data that were profiled.</param>
/// <param name="Features">One per model input, in schema order.</param>
/// <param name="Score">
/// Of the model's output (for classification: probability of the positive class) on rows that it was not fitted on:
/// on its own training rows a model is surer than it will ever be on live ones, and steady traffic would look drifted.
/// </param>
public sealed record BaselineProfile(long Rows, IReadOnlyList<Baseline> Features, Baseline Score)
{
    /// <summary>
    /// Whether nothing is known of training data: what a package brings that was made elsewhere. Then the score's bins are made of the
    /// reference that live counts become (<see cref="LateBins"/>).
    /// </summary>
    [JsonIgnore]
    public bool IsUnknown => Rows == 0;
}
