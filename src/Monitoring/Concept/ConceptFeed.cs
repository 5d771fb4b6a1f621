using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Performance;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Concept;

/// <summary>A label that was joined with its prediction just now, and how far that was off: 0 or 1 for a classifier.</summary>
internal readonly record struct Lesson(Outcome Outcome, ModelTask Task, double Error);

/// <summary>
/// Hands errors to the detectors of the version that erred, in the order in which labels were posted. Saves nothing itself: it
/// is part of the joining. A corrected label keeps what it told first, and the same label again tells nothing.
/// </summary>
internal sealed class ConceptFeed(AssayDb db, TimeProvider clock)
{
    private const int VersionsKept = 5;

    /// <summary>Takes what was joined.</summary>
    public async Task Take(string endpoint, IReadOnlyList<Lesson> joined, CancellationToken cancel)
    {
        var labels = joined.Where(lesson => lesson.Outcome.Name == Outcome.Label).ToList();
        if (labels.Count == 0)
            return;
        var settings = (await db.PerformanceSettingsOf(endpoint, cancel)).Concept;
        if (settings.Detectors.Count == 0)
            return;
        foreach (var version in labels.GroupBy(lesson => (Model: lesson.Outcome.Model!, Version: lesson.Outcome.Version!.Value)))
        {
            var row = await RowOf(endpoint, version.Key.Model, version.Key.Version, cancel);
            var state = row.Read();
            state.Prepare(settings, version.First().Task != ModelTask.Regression);
            foreach (var lesson in InOrder(version))
                state.Add(lesson.Error, lesson.Outcome.PredictedAt!.Value);
            row.ChangedAt = clock.GetUtcNow();
            row.Write(state);
        }
    }

    // Labels of one moment in the order in which they are said to have become known, and else of their predictions.
    private static IEnumerable<Lesson> InOrder(IEnumerable<Lesson> lessons) => lessons
        .OrderBy(lesson => lesson.Outcome.PostedAt)
        .ThenBy(lesson => lesson.Outcome.At ?? lesson.Outcome.PostedAt)
        .ThenBy(lesson => lesson.Outcome.PredictedAt)
        .ThenBy(lesson => lesson.Outcome.Prediction, StringComparer.Ordinal)
        .ThenBy(lesson => lesson.Outcome.Row);

    // Of an endpoint the newest versions are kept: labels of older ones change nothing that anybody looks at.
    private async Task<ConceptRow> RowOf(string endpoint, string model, int version, CancellationToken cancel)
    {
        var known = await db.Concepts.Where(row => row.Endpoint == endpoint).ToListAsync(cancel);
        if (known.FirstOrDefault(row => row.Model == model && row.Version == version) is { } found)
            return found;
        db.Concepts.RemoveRange(known.OrderByDescending(row => row.ChangedAt).Skip(VersionsKept - 1));
        var row = new ConceptRow { Endpoint = endpoint, Model = model, Version = version };
        db.Concepts.Add(row);
        return row;
    }
}
