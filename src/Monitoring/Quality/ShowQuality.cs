using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Quality;

/// <summary>Shows the quality of the data of a window: the newest one of the version that answers, or the one that is asked for.</summary>
internal static class ShowQuality
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}/quality", Handle).WithName("ShowMonitorQuality").Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static async Task<Ok<QualityReport>> Handle(
        string endpoint, string? window, AssayDb db, WatchedEndpoints watched, References references, CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        var evaluated = await db.EvaluatedWindows.Of(served).Require(window, endpoint, cancel);
        var (counts, settings) = (evaluated.Counts, await db.SettingsOf(endpoint, cancel));
        var reference = await references.Find(served, served.Baseline, settings, cancel);
        var features = WindowQuality.Of(counts, evaluated.Calls, reference);
        return TypedResults.Ok(new QualityReport(
            endpoint, evaluated.Id, evaluated.Version, evaluated.From, evaluated.To, evaluated.Rows, reference.Kind, WindowQuality.Refused(evaluated.Calls),
            features, [.. reference.Notes, .. Notes(evaluated, reference, settings, features)]));
    }

    private static IEnumerable<string> Notes(EvaluatedWindow window, Reference reference, MonitorSettings settings, IReadOnlyList<FeatureQuality> features)
    {
        if (window.Rows < settings.MinimumRows)
            yield return $"{window.Rows} rows are fewer than the {settings.MinimumRows} that a window needs: the intervals say how little is sure.";
        if (features.Count == 0 && reference.Kind == ReferenceKind.First && reference.Parts.Count == 0)
            yield return "There is no reference yet, so nothing is said of its features.";
        else if (features.Count == 0)
            yield return "The window was counted over other bins than those of the version that answers, so nothing is said of its features.";
        if (window.CallsJson is null)
            yield return "Refused calls were not counted yet when this window was.";
        if (features.Any(feature => feature is { TrainedMin: not null, Outside: null, Rows: > 0 }))
            yield return "Of some numbers it was not counted, here or in the reference, how many are beyond the range of the training data.";
    }
}
