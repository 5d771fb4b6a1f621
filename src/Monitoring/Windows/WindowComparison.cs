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
        var results = Compare(baseline, reference.Profile, counts);
        List<string> notes = [.. reference.Notes];
        if (counts.Rows < settings.MinimumRows)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{counts.Rows:N0} rows are fewer than the {settings.MinimumRows:N0} that a window needs: only a large difference shows."));
        if (reference.Parts.Count > 0 && ComparedFeatures.New(reference.Profile, counts).Where(feature => feature.Rows > 0).ToList() is { Count: > 0 } unknown)
            notes.Add($"The reference has nothing of {string.Join(", ", unknown.Take(NamesShown).Select(feature => $"'{feature.Name}'"))}{(unknown.Count > NamesShown ? $" and {unknown.Count - NamesShown} more" : "")}, so nothing is said of it.");
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
                baseline, Reference.Put(baseline, Reference.Merge([.. reference.Parts.Where(other => other != part).Select(other => other.Counts)])), part.Counts))];
        }

        return (await references.Early(served, baseline, settings, cancel)).ConvertAll(part => Compare(baseline, reference.Profile, part.Counts));
    }

    private static WindowResults Learn(WindowResults results, List<WindowResults> chunks, DriftBounds learned, BaselineProfile reference)
    {
        var significance = new DriftRule().Significance / (results.Features.Count + 1);
        return results with
        {
            Score = Bound(results.Score, reference.Score, chunks.ConvertAll(chunk => chunk.Score.Psi)),
            Features = [.. results.Features.Select((feature, place) => place < reference.Features.Count
                ? Bound(feature, reference.Features[place], chunks.ConvertAll(chunk => chunk.Features[place].Psi))
                : feature)],   // of which the reference knows nothing
        };

        DriftResult Bound(DriftResult result, Baseline its, List<double> indexes)
        {
            var bins = its.Counts.Count(count => count > 0) + (its.Missing > 0 ? 1 : 0);
            var noise = LearnedBound.Noise(bins, its.Counts.Sum() + its.Missing, result.Rows, significance);
            return result with { Bound = LearnedBound.Of(indexes, learned.Deviations, noise) };
        }
    }

    private static WindowResults Compare(BaselineProfile baseline, BaselineProfile reference, ModelWindow counts) => new(
        ComparedFeatures.Score(baseline, reference.Score, counts.Score) is { } score ? DriftTest.Compare(score.Reference, score.Live) : NotCompared(counts.Score.Name ?? reference.Score.Name, counts.Score),
        [
            .. ComparedFeatures.Of(reference, counts).Select(pair => DriftTest.Compare(pair.Reference, pair.Live)),
            .. ComparedFeatures.New(reference, counts).Select(feature => NotCompared(feature.Name!, feature)),
        ]);

    private static DriftResult NotCompared(string name, CountedWindow counts) => new(name, 0, 0, 1, counts.Rows);
}
