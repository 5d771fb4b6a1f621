using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Assay.Statistics.Profiles;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Windows;

/// <summary>
/// Finds what a monitor's windows are compared with. Evaluated windows keep their counts, in the bins of the version's baseline,
/// so a reference of windows is a sum; one of another version has other bins and can't be compared with.
/// </summary>
internal sealed class References(AssayDb db)
{
    /// <summary>The reference in force, or the training data with a note that says why.</summary>
    public Task<Reference> Find(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, CancellationToken cancel) => settings.Reference switch
    {
        { Kind: ReferenceKind.Fixed, Window: { } id } => Fixed(served, baseline, id, cancel),
        { Kind: ReferenceKind.Sliding } sliding => Sliding(served, baseline, (sliding.WindowsWanted, settings.MinimumRows), cancel),
        _ => Task.FromResult(Reference.Training(baseline)),
    };

    /// <summary>The first windows of the version, from which bounds are learned; after the fixed one, where that is the reference.</summary>
    public Task<List<ReferencePart>> First(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, CancellationToken cancel)
    {
        var after = settings.Reference is { Kind: ReferenceKind.Fixed, Window: { } id } ? id : "";
        var wanted = Of(served).Where(window => window.Rows >= settings.MinimumRows && string.Compare(window.Id, after) > 0);
        return Read(wanted.OrderBy(window => window.Id).Take(settings.Bounds!.Windows), baseline, cancel);
    }

    private async Task<Reference> Fixed(ServedEndpoint served, BaselineProfile baseline, string id, CancellationToken cancel)
    {
        var kept = await Read(Of(served).Where(window => window.Id == id), baseline, cancel);
        return kept.Count == 1
            ? Reference.Of(ReferenceKind.Fixed, baseline, kept)
            : Reference.Training(baseline, $"Window {id}, the reference, is of another version than the one that answers, or not kept any more: the training data holds instead.");
    }

    private async Task<Reference> Sliding(ServedEndpoint served, BaselineProfile baseline, (int Windows, int Rows) wanted, CancellationToken cancel)
    {
        var calm = await Read(
            Of(served).Where(window => window.Rows >= wanted.Rows && (!window.Drifted || window.Filling)).OrderByDescending(window => window.Id).Take(wanted.Windows),
            baseline, cancel);
        return calm.Count == wanted.Windows
            ? Reference.Of(ReferenceKind.Sliding, baseline, calm)
            : Reference.Training(baseline, $"{calm.Count} of {wanted.Windows} windows of the reference are there; until then the training data holds.") with { IsFilling = true };
    }

    private IQueryable<EvaluatedWindow> Of(ServedEndpoint served) => db.EvaluatedWindows.AsNoTracking().Where(window =>
        window.Endpoint == served.Name && (window.Digest == served.Digest || (window.Digest == null && window.Version == served.Version)));

    private static async Task<List<ReferencePart>> Read(IQueryable<EvaluatedWindow> windows, BaselineProfile baseline, CancellationToken cancel)
    {
        var rows = await windows.Select(window => new { window.Id, window.CountsJson }).ToListAsync(cancel);
        return
        [
            .. rows.Select(row => new ReferencePart(row.Id, JsonSerializer.Deserialize<ModelWindow>(row.CountsJson, AssayJson.Options)!))
                .Where(part => part.Counts.Fits(baseline)),
        ];
    }
}

internal static class WindowBins
{
    /// <summary>Whether these counts are over the bins of that baseline.</summary>
    public static bool Fits(this ModelWindow counts, BaselineProfile baseline) =>
        counts.Features.Count == baseline.Features.Count
        && counts.Score.Counts.Length == baseline.Score.Counts.Count
        && counts.Features.Zip(baseline.Features).All(pair => pair.First.Counts.Length == pair.Second.Counts.Count);
}
