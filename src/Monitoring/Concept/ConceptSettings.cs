using System.ComponentModel.DataAnnotations;
using Assay.Inference.Models;
using Assay.Kernel.Refusals;

namespace Assay.Monitoring.Concept;

/// <summary>What watches the errors that labels show, one after another.</summary>
public enum ConceptDetector
{
    /// <summary>An adaptive window: finds a change up or down, sudden or slow.</summary>
    Adwin,

    /// <summary>A sum of what errors lie above their mean: quick at a sudden rise.</summary>
    PageHinkley,

    /// <summary>How far the share of errors is above its least: for classifiers, warns before it finds a change.</summary>
    Ddm,
}

/// <summary>How concept drift is looked for: whether a version's errors are what they were, label by label.</summary>
public sealed record ConceptSettings
{
    /// <summary>The detectors that watch; none turns it off.</summary>
    [MaxLength(3)]
    public IReadOnlyList<ConceptDetector> Detectors { get; init; } = [ConceptDetector.Adwin];

    /// <summary>ADWIN's chance of a false alarm at a look, 0.000001 to 0.5.</summary>
    [Range(0.000001, 0.5)]
    public double Delta { get; init; } = 0.002;

    /// <summary>How far the mean error may rise without Page-Hinkley counting it, 0 to 1, as a part of the largest error.</summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; init; } = 0.02;

    /// <summary>From which sum above the mean Page-Hinkley finds a change, 0.1 to 1,000,000.</summary>
    [Range(0.1, 1_000_000)]
    public double Threshold { get; init; } = 30;

    /// <summary>Deviations above the least error at which DDM warns, 0.5 to 10.</summary>
    [Range(0.5, 10)]
    public double WarningLevel { get; init; } = 2;

    /// <summary>Deviations above the least error at which DDM finds a change, 0.5 to 20.</summary>
    [Range(0.5, 20)]
    public double DriftLevel { get; init; } = 3;

    /// <summary>Labels that an error needs to be shown, and without a further change before an alert is over. 30 to 100,000.</summary>
    [Range(30, 100_000)]
    public int MinimumRows { get; init; } = 100;

    /// <summary>Whether other settings say the same.</summary>
    public bool Equals(ConceptSettings? other) =>
        other is not null
        && (Delta, Tolerance, Threshold, WarningLevel, DriftLevel, MinimumRows)
            == (other.Delta, other.Tolerance, other.Threshold, other.WarningLevel, other.DriftLevel, other.MinimumRows)
        && Detectors.SequenceEqual(other.Detectors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Detectors.Count, Delta, Tolerance, Threshold, WarningLevel, DriftLevel, MinimumRows);

    /// <exception cref="Refusal">They contradict one another, or what the model predicts.</exception>
    internal void Check(ModelTask? task)
    {
        if (Detectors.Distinct().Count() < Detectors.Count)
            throw Refusal.Invalid("concept.detectors", "A detector is named twice.");
        if (task == ModelTask.Regression && Detectors.Contains(ConceptDetector.Ddm))
            throw Refusal.Invalid("concept.detectors", "DDM counts errors that are right or wrong, and this model answers numbers: use adwin or pageHinkley.");
        if (DriftLevel <= WarningLevel)
            throw Refusal.Invalid("concept.driftLevel", "DDM must find a change at a higher level than that at which it warns: raise driftLevel above warningLevel.");
    }
}
