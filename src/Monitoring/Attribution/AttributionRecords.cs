using System.ComponentModel.DataAnnotations;
using Assay.Inference.Explanations;
using Assay.Monitoring.Multivariate;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Attribution;

/// <summary>
/// That an endpoint's rows are explained now and then, and it is looked whether the inputs that matter are the ones that mattered:
/// the reasons of predictions may change while their distribution stays.
/// </summary>
/// <param name="EveryMinutes">Minutes between two comparisons, 5 to 10,080.</param>
/// <param name="Rows">Rows that are explained of each side, 50 to 500.</param>
public sealed record AttributionSettings([Range(5, 10_080)] int EveryMinutes = 60, [Range(50, 500)] int Rows = 200);

/// <summary>How much of all attributions is an input's: its mean |attribution|, as a share of the sum over all inputs.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Share">Now.</param>
/// <param name="ReferenceShare">In the reference.</param>
/// <param name="Place">Its place by share now, from 1.</param>
/// <param name="ReferencePlace">The same in the reference.</param>
public sealed record InputShare(string Input, double Share, double ReferenceShare, int Place, int ReferencePlace)
{
    /// <summary>By how much the share is above that of the reference.</summary>
    public double Difference => Share - ReferenceShare;
}

/// <summary>The attributions of some rows, compared once with those of the reference.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="ModelVersion">Version that predicted.</param>
/// <param name="At">When it was done.</param>
/// <param name="Method">How the rows were explained.</param>
/// <param name="Reference">Rows compared with; those drawn were explained.</param>
/// <param name="Current">Rows compared, likewise.</param>
/// <param name="Agreement">NDCG of the order of the inputs: 1 when it is that of the reference.</param>
/// <param name="Interval">95 % interval of it, the rows of now being a sample.</param>
/// <param name="Drifted">Whether the whole interval is below 0.9.</param>
/// <param name="Inputs">Largest change of share first. Of an older comparison the ten that changed most.</param>
/// <param name="Notes">What to mind.</param>
public sealed record AttributionResult(
    string Id,
    int ModelVersion,
    DateTimeOffset At,
    ExplanationMethod Method,
    SampledTime Reference,
    SampledTime Current,
    double Agreement,
    Interval Interval,
    bool Drifted,
    IReadOnlyList<InputShare> Inputs,
    IReadOnlyList<string> Notes);

/// <summary>The comparisons of an endpoint's attributions.</summary>
/// <param name="Endpoint">Endpoint name.</param>
/// <param name="Settings">When they are made; null when only somebody who asks, or a rule, makes one.</param>
/// <param name="Results">Newest first, at most 30.</param>
public sealed record AttributionReport(string Endpoint, AttributionSettings? Settings, IReadOnlyList<AttributionResult> Results);
