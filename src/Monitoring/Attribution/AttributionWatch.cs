using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.LoggedRows;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Rules;
using Assay.Serving;
using Assay.Statistics.Attribution;

namespace Assay.Monitoring.Attribution;

/// <summary>Explains some of the rows and compares which inputs matter.</summary>
internal sealed class AttributionWatch(RowTools tools, IEndpoints endpoints, AttributionRules rules, MonitoringMeter meter)
    : RowWatch<ComparedReasons, AttributionResult>(tools)
{
    private const int FewestRows = 50;
    private const int KeptMax = 100;
    private const double LeastAgreement = 0.9;   // as SageMaker Clarify alerts
    private const double Even = 1e-12;

    // By the settings, or for a rule that needs it.
    protected override async Task<int?> EveryMinutes(ServedEndpoint served, CancellationToken cancel)
    {
        var settings = (await Tools.Db.SettingsOf(served.Name, cancel)).Attribution;
        return settings is null && !(await Tools.Db.RulesOf(served.Name, cancel)).Of(RuleSignal.AttributionChange).Any() ? null : (settings ?? new()).EveryMinutes;
    }

    public override async Task<(AttributionResult? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        if (served.Baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so no prediction of it can be explained: its inputs and answers are watched one by one.");
        var settings = await Tools.Db.SettingsOf(served.Name, cancel);
        var wanted = (settings.Attribution ?? new()).Rows;
        var (found, trouble) = await Tools.References.Find(served, settings, wanted, cancel);
        if (found is null)
            return (null, trouble);
        var last = await Tools.Db.LastComparison<ComparedReasons>(served, cancel);
        var (reference, unknown) = last?.ReferenceKey == found.Key ? (Known(served, last.Result), null) : await Weigh(served, await found.Draw(cancel), cancel);
        if (reference is null)
            return (null, $"Of the reference: {unknown} {found.Note}");

        var from = last?.Result.Current.To is { } compared && compared > reference.Time.To ? compared : reference.Time.To;
        var (current, why) = await Weigh(served, await new LiveSample(Tools.Log).Draw(served, SampleWish.Since(from), wanted, cancel), cancel);
        if (current is null)
            return (null, why);
        if (ImportanceRank.Agreement(reference.Shares, current.Shares) is not { } agreement)
            return (null, "No input did anything to a prediction of the reference, so there is no order to compare.");
        var interval = ImportanceRank.Interval(reference.Shares, current.Rows)!;
        var now = Tools.Clock.GetUtcNow();
        var result = new AttributionResult(
            Guid.CreateVersion7(now).ToString("N"), served.Version, now, current.Method, reference.Time, current.Time,
            agreement, interval, interval.High < LeastAgreement, Inputs(served, reference.Shares, current.Shares), [found.Note, .. Notes(current, wanted)]);
        var row = new ComparedReasons
        {
            Id = result.Id,
            Endpoint = served.Name,
            Version = served.Version,
            At = now,
            ReferenceKey = found.Key,
            ResultJson = JsonSerializer.Serialize(result, AssayJson.Options),
        };
        await Keep(row, KeptMax, () => rules.Judge(served, result, cancel), cancel);
        meter.Explained(served, result.Agreement);
        return (result, null);
    }

    private static Weighed Known(ServedEndpoint served, AttributionResult result)
    {
        var shares = result.Inputs.ToDictionary(input => input.Input, input => input.ReferenceShare, StringComparer.Ordinal);
        return new(result.Method, result.Reference, [], [.. served.Baseline.Features.Select(feature => shares.GetValueOrDefault(feature.Name))], []);
    }

    private async Task<(Weighed? Weighed, string? Unknown)> Weigh(ServedEndpoint served, DrawnRows drawn, CancellationToken cancel)
    {
        var features = served.Baseline.Features;
        List<string> masked = [.. features.Where((_, input) => !drawn.Kept[input]).Select(feature => feature.Name)];
        if (drawn.Time is not null && masked.Count > 0)
            return (null, $"The log leaves out or hashes {string.Join(", ", masked.Take(5))}: a prediction whose inputs are not known can't be explained.");
        if (drawn.Time is not { } time || time.Drawn < FewestRows)
            return (null, $"there are {drawn.Time?.Read ?? 0} new rows of version {served.Version}, and {FewestRows} are needed: see that calls are logged.");
        if (await endpoints.Attribute(served, drawn.Rows, cancel) is not { } explained)
            return (null, $"Version {served.Version} does not answer here any more.");
        if (explained.Method is not { } method || explained.Attributions.Count < FewestRows)
            return (null, $"{explained.Attributions.Count} of {explained.Asked} rows could be explained within the time for it, and {FewestRows} are needed.");
        var shares = ImportanceRank.Shares(explained.Attributions, features.Count);
        return (new(method, time with { Drawn = explained.Attributions.Count }, explained.Attributions, shares, drawn.Rows), null);
    }

    private static List<InputShare> Inputs(ServedEndpoint served, double[] reference, double[] current)
    {
        var (places, before) = (Places(current), Places(reference));
        return [.. served.Baseline.Features
            .Select((feature, input) => new InputShare(feature.Name, current[input], reference[input], places[input], before[input]))
            .OrderByDescending(input => Math.Abs(input.Difference))];
    }

    // Inputs of the same share have the same place.
    private static int[] Places(double[] shares)
    {
        var ordered = shares.OrderDescending().ToArray();
        return Array.ConvertAll(shares, share => 1 + Array.FindIndex(ordered, other => other <= share + Even));
    }

    private static IEnumerable<string> Notes(Weighed current, int wanted)
    {
        if (current.Time.Drawn < Math.Min(wanted, current.Drawn.Count))
            yield return string.Create(CultureInfo.InvariantCulture, $"{current.Time.Drawn:N0} rows were explained within the time for it: this model takes long to explain.");
        if (ReferenceRows.CutNote(current.Time) is { } cut)
            yield return cut;
    }

    private sealed record Weighed(
        Inference.Explanations.ExplanationMethod Method, SampledTime Time, IReadOnlyList<double[]> Rows, double[] Shares, IReadOnlyList<IReadOnlyList<string?>> Drawn);
}
