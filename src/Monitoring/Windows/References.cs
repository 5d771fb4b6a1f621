using System.Globalization;
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
        { Kind: ReferenceKind.Fixed, Window: { } id } => Fixed(served, baseline, id, settings, cancel),
        { Kind: ReferenceKind.Sliding } sliding => Sliding(served, baseline, settings, sliding.WindowsWanted, cancel),
        { Kind: ReferenceKind.First } => First(served, baseline, settings, cancel),
        _ => Otherwise(served, baseline, settings, null, cancel),
    };

    /// <summary>What a window was judged against; where that isn't kept any more, or wasn't yet when it was, the reference in force.</summary>
    public async Task<Reference> Judged(ServedEndpoint served, DriftWindow window, MonitorSettings settings, CancellationToken cancel)
    {
        var baseline = served.Baseline;
        if (window.Judgement is not { } judgement)
            return await Find(served, baseline, settings, cancel);
        if (judgement.ReferenceWindows.Count == 0)
            return judgement.Reference == ReferenceKind.Training ? Reference.Training(baseline) : Reference.None(baseline);
        var ids = judgement.ReferenceWindows;
        var parts = await Read(Of(served).Where(each => ids.Contains(each.Id)).OrderBy(each => each.Id), baseline, cancel);
        if (parts.Count == ids.Count)
            return Reference.Of(judgement.Reference, baseline, parts);
        var reference = await Find(served, baseline, settings, cancel);
        return reference with { Notes = ["What this window was judged against is not kept any more: it is shown beside the reference that holds now.", .. reference.Notes] };
    }

    /// <summary>Whether the version's first window is what later ones are compared with.</summary>
    public static bool IsFirst(BaselineProfile baseline, MonitorSettings settings) =>
        settings.Reference is { Kind: ReferenceKind.First } || (baseline.IsUnknown && settings.Reference is null or { Kind: ReferenceKind.Training });

    /// <summary>The first windows of the version, from which bounds are learned: after the one that is the reference, where one is.</summary>
    public async Task<List<ReferencePart>> Early(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, CancellationToken cancel)
    {
        var isFirst = IsFirst(baseline, settings);
        var early = await Early(served, baseline, settings, settings.Bounds!.Windows + (isFirst ? 1 : 0), cancel);
        return isFirst ? [.. early.Skip(1)] : early;
    }

    /// <summary>The first windows of the version with enough rows, so many of them; after the fixed one, where that is the reference.</summary>
    public Task<List<ReferencePart>> Early(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, int count, CancellationToken cancel)
    {
        var after = settings.Reference is { Kind: ReferenceKind.Fixed, Window: { } id } ? id : "";
        var wanted = Of(served).Where(window => window.Rows >= settings.MinimumRows && string.Compare(window.Id, after) > 0);
        return Read(wanted.OrderBy(window => window.Id).Take(count), baseline, cancel);
    }

    private async Task<Reference> Fixed(ServedEndpoint served, BaselineProfile baseline, string id, MonitorSettings settings, CancellationToken cancel)
    {
        var kept = await Read(Of(served).Where(window => window.Id == id), baseline, cancel);
        return kept.Count == 1
            ? Reference.Of(ReferenceKind.Fixed, baseline, kept)
            : await Otherwise(served, baseline, settings with { Reference = null },
                what => $"Window {id}, the reference, is of another version than the one that answers, or not kept any more: {what} holds instead.", cancel);
    }

    private async Task<Reference> First(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, CancellationToken cancel)
    {
        var first = await Early(served, baseline, settings, 1, cancel);
        if (first.Count == 1)
            return Reference.Of(ReferenceKind.First, baseline, first);
        var becomes = string.Create(CultureInfo.InvariantCulture, $"The version's first window of at least {settings.MinimumRows:N0} rows is what later ones are compared with");
        return baseline.IsUnknown ? Reference.None(baseline, $"{becomes}: there is nothing to compare with yet.") : Reference.Training(baseline, $"{becomes}; until then the training data holds.");
    }

    // What holds where nothing else does: the training data, or the first window where the package tells nothing of it.
    private async Task<Reference> Otherwise(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, Func<string, string>? note, CancellationToken cancel)
    {
        var reference = baseline.IsUnknown ? await First(served, baseline, settings, cancel) : Reference.Training(baseline);
        var what = baseline.IsUnknown ? "the version's first window" : "the training data";
        return note is null ? reference : reference with { Notes = [note(what), .. reference.Notes] };
    }

    private async Task<Reference> Sliding(ServedEndpoint served, BaselineProfile baseline, MonitorSettings settings, int windows, CancellationToken cancel)
    {
        var calm = await Read(
            Of(served).Where(window => window.Rows >= settings.MinimumRows && (!window.Drifted || window.Filling)).OrderByDescending(window => window.Id).Take(windows),
            baseline, cancel);
        return calm.Count == windows
            ? Reference.Of(ReferenceKind.Sliding, baseline, calm)
            : await Otherwise(served, baseline, settings, what => $"{calm.Count} of {windows} windows of the reference are there; until then {what} holds.", cancel) with { IsFilling = true };
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
    public static bool Fits(this ModelWindow counts, BaselineProfile baseline) => baseline.IsUnknown
        ? counts.Score.Name is not null || counts.Score.Counts.Length == baseline.Score.Counts.Count
        : counts.Features.Count == baseline.Features.Count
        && counts.Score.Counts.Length == baseline.Score.Counts.Count
        && counts.Features.Zip(baseline.Features).All(pair => pair.First.Counts.Length == pair.Second.Counts.Count);
}
