using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Reports;
using Assay.Serving;

namespace Assay.Monitoring.Multivariate;

/// <summary>Compares all features together.</summary>
internal sealed class MultivariateWatch(RowTools tools, AlertBook book) : RowWatch<ComparedRows, MultivariateResult>(tools)
{
    private const int FewestRows = 200;
    private const int KeptMax = 100;

    protected override async Task<int?> EveryMinutes(ServedEndpoint served, CancellationToken cancel) =>
        (await Tools.Db.SettingsOf(served.Name, cancel)).Multivariate?.EveryMinutes;

    public override async Task<(MultivariateResult? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        if (served.Baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so there are no features to compare together: its inputs and answers are watched one by one.");
        var settings = await Tools.Db.SettingsOf(served.Name, cancel);
        var last = await Tools.Db.LastComparison<ComparedRows>(served, cancel);
        var (drawn, unknown) = await Draw(served, settings, new((settings.Multivariate ?? new()).Rows, FewestRows), last?.Result.Current.To, cancel);
        if (drawn is null)
            return (null, unknown);
        var rows = LiveFeatures.Of(served.Baseline, drawn.Reference, drawn.Current);
        var figures = RelationTests.Run(rows.Features, new ComparisonSettings());
        if (figures.Count == 0)
            return (null, "The log keeps no input in clear, so there is nothing to compare: the endpoint's policy of logging says which are masked.");
        var now = Tools.Clock.GetUtcNow();
        var result = new MultivariateResult(
            Guid.CreateVersion7(now).ToString("N"), served.Version, now, drawn.Before, drawn.Now,
            figures.Any(figure => figure.Verdict == ComparisonVerdict.Drift), figures, rows.Masked, rows.Features.LeftOut,
            [drawn.Note, .. Notes(drawn.Now, rows)]);
        var row = new ComparedRows { Id = result.Id, Endpoint = served.Name, Version = served.Version, At = now, ResultJson = JsonSerializer.Serialize(result, AssayJson.Options) };
        await Keep(row, KeptMax, () => Tell(served, result, cancel), cancel);
        return (result, null);
    }

    private static IEnumerable<string> Notes(SampledTime now, LiveFeatures rows)
    {
        if (ReferenceRows.CutNote(now) is { } cut)
            yield return cut;
        if (rows.Masked.Count > 0)
            yield return "Masked inputs are left out: a change of how they go with others is not seen.";
    }

    private async Task Tell(ServedEndpoint served, MultivariateResult result, CancellationToken cancel)
    {
        if (result.Drifted)
            await book.Raise(Found(served, result), cancel);
        else
            await book.Calm(served.Name, AlertSources.Multivariate, string.Create(CultureInfo.InvariantCulture, $"{result.Current.Drawn:N0} drawn rows go together as those of the reference again."), cancel);
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
