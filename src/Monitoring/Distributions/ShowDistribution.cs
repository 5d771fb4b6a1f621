using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Distributions;

/// <summary>Shows one feature of a window, bin by bin, beside what the window was judged against.</summary>
internal static class ShowDistribution
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}/distribution", Handle)
            .WithName("ShowMonitorDistribution")
            .WithSummary("Rows and shares of a feature by bin or category, in a window and in its reference; of the score where no feature is named.")
            .Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static async Task<Ok<FeatureDistribution>> Handle(
        string endpoint, string? feature, string? window, AssayDb db, WatchedEndpoints watched, References references, CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        var windows = db.EvaluatedWindows.Of(served);
        var evaluated = await windows.Require(window, endpoint, cancel);
        var (judged, settings) = (evaluated.ToWindow(), await db.SettingsOf(endpoint, cancel));
        var result = feature is null ? judged.Score : judged.Features.FirstOrDefault(each => each.Name == feature)
            ?? throw Refusal.NotFound("feature of that window", feature);
        var reference = await references.Judged(served, judged, settings, cancel);
        var (bins, note) = Bins(feature, evaluated.Counts, reference, served.Baseline);
        return TypedResults.Ok(new FeatureDistribution(
            endpoint,
            result.Name,
            feature is null,
            evaluated.Id,
            evaluated.Version,
            evaluated.From,
            evaluated.To,
            bins.Sum(bin => bin.Count),
            reference.Kind,
            bins.Sum(bin => bin.ReferenceCount),
            bins.Sum(bin => bin.Psi),
            result.Bound ?? settings.PsiThreshold,
            PValue(bins),
            bins,
            await windows.Where(row => row.Id.CompareTo(evaluated.Id) < 0).OrderByDescending(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancel),
            await windows.Where(row => row.Id.CompareTo(evaluated.Id) > 0).OrderBy(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancel),
            [.. (judged.Judgement?.Notes ?? []).Concat(reference.Notes).Distinct(), .. note is null ? Array.Empty<string>() : [note], .. Notes(bins, reference)]));
    }

    private static (List<DistributionBin> Bins, string? Note) Bins(string? feature, ModelWindow counts, Reference reference, BaselineProfile baseline)
    {
        if (!counts.IsNamed() && !counts.Fits(baseline))
            return ([], "The window was counted over other bins than those of the version that answers, so nothing is said of them.");
        var pair = feature is null
            ? ComparedFeatures.Score(baseline, reference.Profile.Score, counts.Score)
            : Find(ComparedFeatures.Of(reference.Profile, counts), feature);
        if (pair is { } both)
            return (DistributionBins.Of(both.Reference, both.Live), TextNote(both.Reference, counts));

        // Nothing to compare with: bins are made of what came.
        if ((feature is null ? counts.Score : counts.Features.FirstOrDefault(each => each.Name == feature)) is not { } alone)
            return ([], "Neither the window nor the reference that holds now has this feature.");
        var profile = feature is null ? ComparedFeatures.ScoreOf(baseline, alone) : LateBins.Profile(alone);
        var bins = LateBins.Of(profile, alone);
        var live = alone with { Counts = [.. bins.Counts] };
        return (DistributionBins.Of(bins with { Counts = new long[bins.Counts.Count], Missing = 0 }, live), TextNote(bins, counts));
    }

    private static (Baseline Reference, CountedWindow Live)? Find(IEnumerable<(Baseline Reference, CountedWindow Live)> pairs, string feature)
    {
        foreach (var pair in pairs)
        {
            if (pair.Reference.Name == feature)
                return pair;
        }

        return null;
    }

    private static double PValue(List<DistributionBin> bins) =>
        ChiSquare.Homogeneity([.. bins.Select(bin => bin.ReferenceCount)], [.. bins.Select(bin => bin.Count)]);

    private static string? TextNote(Baseline bins, ModelWindow counts) => counts.IsNamed() && bins.Categories is not null
        ? "Texts of models that were made elsewhere are counted by which of 256 places their hash chooses, and none is kept: a bin is the number of a place."
        : null;

    private static IEnumerable<string> Notes(List<DistributionBin> bins, Reference reference)
    {
        if (bins.Count > 0 && bins.Sum(bin => bin.Count) == 0)
            yield return "The window has no rows of this: it was evaluated for its refused calls, or nobody sends it any more.";
        if (bins.Count > 0 && bins.Sum(bin => bin.ReferenceCount) == 0)
            yield return reference.Parts.Count == 0 && reference.Kind == ReferenceKind.First
                ? "This window became the reference, so it is shown alone."
                : "The reference has nothing of this, so the window is shown alone.";
    }
}
