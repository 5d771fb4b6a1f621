using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Performance;
using Assay.Statistics.Streams;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Concept;

/// <summary>What one detector knows.</summary>
/// <param name="Detector">Which.</param>
/// <param name="State">What it says.</param>
/// <param name="Error">Mean error of the rows that it takes to be alike: <c>error_rate</c> or <c>mae</c>.</param>
public sealed record ConceptDetectorReport(ConceptDetector Detector, StreamState State, Measure Error);

/// <summary>A change of a version's errors.</summary>
/// <param name="Detector">Which found it.</param>
/// <param name="FoundAt">When the prediction was made whose label showed it.</param>
/// <param name="Rows">Labels of the version until then.</param>
/// <param name="Before">Mean error before.</param>
/// <param name="After">Mean error since.</param>
/// <param name="IsRise">Whether errors became larger; else smaller, which raises no alert.</param>
public sealed record ConceptChange(ConceptDetector Detector, DateTimeOffset FoundAt, long Rows, Measure Before, Measure After, bool IsRise);

/// <summary>Whether the errors of a version are what they were, from labels in the order in which they were posted.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">Labels that were taken.</param>
/// <param name="ErrorBound">By what errors of a regression are divided before detectors see them; null for a classifier, and while it is learned.</param>
/// <param name="Detectors">Those that watch.</param>
/// <param name="LastChange">The change that was found last; null for none.</param>
/// <param name="Note">What a reader should know; null for nothing.</param>
public sealed record ConceptReport(
    string Model, int Version, long Rows, double? ErrorBound, IReadOnlyList<ConceptDetectorReport> Detectors, ConceptChange? LastChange, string? Note);

internal static class ConceptReading
{
    extension(AssayDb db)
    {
        /// <summary>What detectors know of the versions of an endpoint, the newest labels first.</summary>
        public async Task<IReadOnlyList<ConceptReport>> ConceptsOf(string endpoint, PerformanceSettings settings, ModelTask task, CancellationToken cancel)
        {
            var rows = await db.Concepts.AsNoTracking().Where(row => row.Endpoint == endpoint).ToListAsync(cancel);
            return [.. rows.OrderByDescending(row => row.ChangedAt).ThenByDescending(row => row.Version).Select(row => Report(row, settings.Concept, task))];
        }
    }

    /// <summary>A mean error with its interval, in the unit of the labels.</summary>
    public static Measure Error(StreamPart part, (double Bound, bool IsShare) scale, int minimum)
    {
        var name = scale.IsShare ? "error_rate" : "mae";
        return part.Rows < minimum || part.Interval(scale.IsShare) is not { } interval
            ? Measures.TooFew(name, part.Rows, minimum, "labels")
            : Measures.Of(name, new(interval.Value * scale.Bound, interval.Low * scale.Bound, interval.High * scale.Bound), part.Rows);
    }

    /// <summary>A detector as people call it.</summary>
    public static string Words(ConceptDetector detector) => detector switch
    {
        ConceptDetector.Adwin => "ADWIN",
        ConceptDetector.PageHinkley => "Page-Hinkley",
        _ => "DDM",
    };

    private static ConceptReport Report(ConceptRow row, ConceptSettings settings, ModelTask task)
    {
        var (state, isShare) = (row.Read(), task != ModelTask.Regression);
        var scale = (state.Bound ?? 1, isShare);
        return new(
            row.Model, row.Version, state.Rows, isShare ? null : state.Bound,
            [.. state.Detectors().Select(one => new ConceptDetectorReport(one.Name, Said(state, one, settings), Error(one.Detector.Window, scale, settings.MinimumRows)))],
            state.Change is { } change
                ? new(change.Detector, change.FoundAt, change.Rows, Error(change.Before, scale, 1), Error(change.After, scale, 1), change.IsRise)
                : null,
            Note(state, settings));
    }

    // A change is said to last until so many labels came without another one.
    private static StreamState Said(ConceptState state, (ConceptDetector Name, IChangeDetector Detector) one, ConceptSettings settings) =>
        state.Change is { } change && change.Detector == one.Name && state.Rows - change.Rows < settings.MinimumRows ? StreamState.Changed
        : one.Name == ConceptDetector.Ddm && state.IsWarning ? StreamState.Warning
        : StreamState.Stable;

    private static string? Note(ConceptState state, ConceptSettings settings) =>
        settings.Detectors.Count == 0 ? "Nothing watches any more: the settings name no detector."
        : state.Bound is null ? $"How large errors get is learned from the first {ConceptState.LearningRows} labels, of which {state.Learning.Count} came."
        : null;
}
