using System.ComponentModel.DataAnnotations;
using Assay.Statistics.Drift;

namespace Assay.Monitoring.Monitors;

/// <summary>By which measure a monitor judges drift, where it isn't the stability index. That a difference is no chance is asked of each.</summary>
/// <param name="Measure">For every feature and the score that no entry of <paramref name="Features"/> names.</param>
/// <param name="Bound">Value from which it is drift, above 0 to 100; null for 0.1, and for <c>psiThreshold</c> where the measure is the index.</param>
/// <param name="Features">Features, or the score, that are judged otherwise; at most 1,000, each once.</param>
public sealed record DriftTests(
    DriftMeasure Measure = DriftMeasure.Psi, [Range(0.0001, 100)] double? Bound = null, [MaxLength(1000)] IReadOnlyList<FeatureTest>? Features = null)
{
    /// <summary>What decides for a feature; null where the monitor's index does.</summary>
    internal DriftChoice? Of(string feature, double psiThreshold)
    {
        var (measure, bound) = Features?.FirstOrDefault(each => each.Name == feature) is { } own ? (own.Measure, own.Bound) : (Measure, Bound);
        return measure == DriftMeasure.Psi && bound is null ? null
            : new(measure, bound ?? (measure == DriftMeasure.Psi ? psiThreshold : DriftChoice.Usual(measure)));
    }
}

/// <summary>By which measure drift of one feature is judged.</summary>
/// <param name="Name">The feature, or the name of the score.</param>
/// <param name="Measure">Of a category <c>ks</c> and <c>wasserstein</c> tell nothing, and the index decides.</param>
/// <param name="Bound">Value from which it is drift; null for the usual one.</param>
public sealed record FeatureTest([Required, StringLength(200, MinimumLength = 1)] string Name, DriftMeasure Measure = DriftMeasure.Psi, [Range(0.0001, 100)] double? Bound = null);
