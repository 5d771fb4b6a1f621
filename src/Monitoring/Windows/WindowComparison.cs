using System.Globalization;
using Assay.Inference.Models;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Monitoring.Windows;

/// <summary>Compares a window with its reference, and gives each feature the bound that holds for it.</summary>
internal sealed class WindowComparison(References references)
{
    private const int NamesShown = 3;

    /// <summary>The reference in force, and the comparison with it; how it was judged is part of that.</summary>
    public async Task<(Reference Reference, WindowResults Results)> Run(
        ServedEndpoint served, ModelWindow counts, MonitorSettings settings, CancellationToken cancel)
    {
        var baseline = served.Baseline;
        var reference = await references.Find(served, baseline, settings, cancel);
        var results = Compare(baseline, reference.Profile, counts, settings);
        List<string> notes = [.. reference.Notes];
        if (counts.Rows < settings.MinimumRows)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{counts.Rows:N0} rows are fewer than the {settings.MinimumRows:N0} that a window needs: only a large difference shows."));
        if (reference.Parts.Count > 0 && ComparedFeatures.New(reference.Profile, counts).Where(feature => feature.Rows > 0).ToList() is { Count: > 0 } unknown)
            notes.Add($"The reference has nothing of {string.Join(", ", unknown.Take(NamesShown).Select(feature => $"'{feature.Name}'"))}{(unknown.Count > NamesShown ? $" and {unknown.Count - NamesShown} more" : "")}, so nothing is said of it.");
        if (results.Features.Where(feature => feature.Unknown is not null).ToList() is { Count: > 0 } rare)
            notes.Add($"The values of {string.Join(", ", rare.Take(NamesShown).Select(feature => $"'{feature.Name}'"))}{(rare.Count > NamesShown ? $" and {rare.Count - NamesShown} more" : "")} are nearly all too rare in the reference to be compared one by one: little more than how often they are missing is judged.");
        var kind = BoundKind.Fixed;
        if (settings.Bounds is { Kind: BoundKind.Learned } learned)
        {
            var chunks = await Chunks(served, settings, reference, cancel);
            if (chunks.Count >= learned.Windows)
                (kind, results) = (BoundKind.Learned, Learn(results, chunks, learned, reference.Profile));
            else
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{chunks.Count} of {learned.Windows} windows to learn bounds from are there; until then the bound is {settings.PsiThreshold:0.###}."));
        }

        return (reference, results with { Judgement = new(reference.Kind, reference.Profile.Rows, [.. reference.Parts.Select(part => part.Id)], kind, notes) });
    }

    /// <summary>Ids of windows that must stay, as later ones are judged by them.</summary>
    public async Task<List<string>> Keep(ServedEndpoint served, MonitorSettings settings, CancellationToken cancel)
    {
        List<string> kept = [];
        if (settings.Reference is { Window: { } window })
            kept.Add(window);
        var baseline = served.Baseline;
        var first = References.IsFirst(baseline, settings) ? 1 : 0;
        var learned = settings is { Bounds: { Kind: BoundKind.Learned } bounds, Reference: not { Kind: ReferenceKind.Sliding } } ? bounds.Windows : 0;
        if (first + learned > 0)
            kept.AddRange((await references.Early(served, baseline, settings, first + learned, cancel)).Select(part => part.Id));
        return kept;
    }

    // Each window of a sliding reference is compared with the others: with all of them it would be compared with itself as well.
    private async Task<List<WindowResults>> Chunks(ServedEndpoint served, MonitorSettings settings, Reference reference, CancellationToken cancel)
    {
        var baseline = served.Baseline;
        if (reference.Kind == ReferenceKind.Sliding)
        {
            return [.. reference.Parts.Select(part => Compare(
                baseline, Reference.Put(baseline, Reference.Merge([.. reference.Parts.Where(other => other != part).Select(other => other.Counts)])), part.Counts, settings))];
        }

        return (await references.Early(served, baseline, settings, cancel)).ConvertAll(part => Compare(baseline, reference.Profile, part.Counts, settings));
    }

    private static WindowResults Learn(WindowResults results, List<WindowResults> chunks, DriftBounds learned, BaselineProfile reference)
    {
        var significance = new DriftRule().Significance / (results.Features.Count + 1);
        return results with
        {
            Score = Bound(results.Score, reference.Score, chunks.ConvertAll(chunk => chunk.Score)),
            Features = [.. results.Features.Select((feature, place) => place < reference.Features.Count
                ? Bound(feature, reference.Features[place], chunks.ConvertAll(chunk => chunk.Features[place]))
                : feature)],   // of which the reference knows nothing
        };

        DriftResult Bound(DriftResult result, Baseline its, List<DriftResult> calm)
        {
            var noise = BinnedMeasure.Noise(result.Chosen?.Measure ?? DriftMeasure.Psi, its, result.Rows, significance);
            var bound = LearnedBound.Of(calm.ConvertAll(each => result.Chosen is null ? each.Psi : each.Chosen?.Value ?? 0), learned.Deviations, noise);
            return result.Chosen is { } chosen ? result with { Chosen = chosen with { Bound = bound } } : result with { Bound = bound };
        }
    }

    private static DriftResult Compare((Baseline Reference, CountedWindow Live) pair, MonitorSettings settings) =>
        settings.Tests?.Of(pair.Reference.Name, settings.PsiThreshold) is { } choice
            ? DriftTest.Compare(pair.Reference, pair.Live, choice)
            : DriftTest.Compare(pair.Reference, pair.Live);

    private static WindowResults Compare(BaselineProfile baseline, BaselineProfile reference, ModelWindow counts, MonitorSettings settings) => new(
        ComparedFeatures.Score(baseline, reference.Score, counts.Score) is { } score ? Compare(score, settings) : NotCompared(counts.Score.Name ?? reference.Score.Name, counts.Score),
        [
            .. ComparedFeatures.Of(reference, counts).Select(pair => Compare(pair, settings)),
            .. ComparedFeatures.New(reference, counts).Select(feature => NotCompared(feature.Name!, feature)),
        ]);

    private static DriftResult NotCompared(string name, CountedWindow counts) => new(name, 0, 0, 1, counts.Rows);
}
