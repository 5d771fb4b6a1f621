using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Reports;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Multivariate;

/// <summary>
/// Compares the newest rows of an endpoint's log with those of the reference: all features together. The result and its alert are one transaction.
/// </summary>
internal sealed class MultivariateWatch(AssayDb db, IPredictionLog log, ReferenceRows references, AlertBook book, TimeProvider clock)
{
    private const int FewestRows = 200;
    private const int KeptMax = 100;

    /// <summary>Whether the time of a comparison has come by the settings.</summary>
    public async Task<bool> IsDue(ServedEndpoint served, CancellationToken cancel)
    {
        if ((await db.SettingsOf(served.Name, cancel)).Multivariate is not { } settings)
            return false;
        return await Last(served, cancel) is not { } last || clock.GetUtcNow() - last.At >= TimeSpan.FromMinutes(settings.EveryMinutes);
    }

    /// <summary>Compares now; null and why when it can't be told.</summary>
    public async Task<(MultivariateResult? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        if (served.Baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so there are no features to compare together: its inputs and answers are watched one by one.");
        var settings = await db.SettingsOf(served.Name, cancel);
        var wanted = (settings.Multivariate ?? new()).Rows;
        var (found, trouble) = await references.Find(served, settings, wanted, cancel);
        if (found is null)
            return (null, trouble);
        var reference = await found.Draw(cancel);
        if (reference.Time is not { } before || before.Drawn < FewestRows)
            return (null, $"The reference has {reference.Time?.Read ?? 0} rows of version {served.Version}, and {FewestRows} are needed: see that calls are logged. {found.Note}");

        // What was compared before is not compared again; the row's own columns are not as exact as the log's times.
        var from = (await Last(served, cancel))?.Result.Current.To is { } compared && compared > before.To ? compared : before.To;
        var current = await new LiveSample(log).Draw(
            served, new(from.AddTicks(1), DateTimeOffset.MaxValue, IsOldestFirst: false, ReferenceRows.ReadMax), wanted, cancel);
        if (current.Time is not { } now || now.Drawn < FewestRows)
            return (null, $"The prediction log has {current.Time?.Read ?? 0} rows since {Finding.Moment(from)}, and {FewestRows} are needed.");
        var rows = LiveFeatures.Of(served.Baseline, reference, current);
        var figures = RelationTests.Run(rows.Features, new ComparisonSettings());
        if (figures.Count == 0)
            return (null, "The log keeps no input in clear, so there is nothing to compare: the endpoint's policy of logging says which are masked.");
        var result = new MultivariateResult(
            Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), served.Version, clock.GetUtcNow(), before, now,
            figures.Any(figure => figure.Verdict == ComparisonVerdict.Drift), figures, rows.Masked, rows.Features.LeftOut,
            [found.Note, .. Notes(now, rows)]);
        await Save(served, result, cancel);
        return (result, null);
    }

    private Task<ComparedRows?> Last(ServedEndpoint served, CancellationToken cancel) => db.ComparedRows.AsNoTracking()
        .Where(row => row.Endpoint == served.Name && row.Version == served.Version).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel);

    private static IEnumerable<string> Notes(SampledTime now, LiveFeatures rows)
    {
        if (now.Read >= ReferenceRows.ReadMax)
            yield return string.Create(CultureInfo.InvariantCulture, $"More than {ReferenceRows.ReadMax:N0} rows came in this time: drawn of those alone.");
        if (rows.Masked.Count > 0)
            yield return "Masked inputs are left out: a change of how they go with others is not seen.";
    }

    private async Task Save(ServedEndpoint served, MultivariateResult result, CancellationToken cancel)
    {
        db.ComparedRows.Add(new()
        {
            Id = result.Id,
            Endpoint = served.Name,
            Version = served.Version,
            At = result.At,
            ResultJson = JsonSerializer.Serialize(result, AssayJson.Options),
        });
        if (result.Drifted)
            await book.Raise(Found(served, result), cancel);
        else
            await book.Calm(served.Name, AlertSources.Multivariate, string.Create(CultureInfo.InvariantCulture, $"{result.Current.Drawn:N0} drawn rows go together as those of the reference again."), cancel);
        await db.SaveChangesAsync(cancel);
        var oldest = await db.ComparedRows.Where(row => row.Endpoint == served.Name).OrderByDescending(row => row.Id).Skip(KeptMax).Select(row => row.Id).FirstOrDefaultAsync(cancel);
        if (oldest is not null)
            await db.ComparedRows.Where(row => row.Endpoint == served.Name && row.Id.CompareTo(oldest) <= 0).ExecuteDeleteAsync(cancel);
    }

    private static Finding Found(ServedEndpoint served, MultivariateResult result)
    {
        var significance = new ComparisonSettings().Significance;
        var found = result.Figures.Where(figure => figure.Verdict == ComparisonVerdict.Drift).OrderBy(figure => figure.PValue).ToList();
        return new(
            served.Name, AlertSources.Multivariate, AlertSeverity.Warning,
            string.Create(CultureInfo.InvariantCulture, $"Features of {served.Name}, version {served.Version}, go together otherwise than in the reference. {found[0].Because} p-value {CompareColumns.Short(found[0].PValue ?? 0)}, {result.Current.Drawn:N0} rows since {Finding.Moment(result.Current.From)}."))
        {
            Model = served.Model,
            Version = served.Version,
            Since = result.Current.From,
            Signals = [.. found.Select(figure => new AlertSignal("all features together", $"p-value of {figure.Test}", figure.PValue ?? 0, significance, result.Current.Drawn))],
        };
    }
}
