using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Rules;
using Assay.Serving;
using Assay.Statistics.Attribution;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Attribution;

/// <summary>
/// Explains some of the newest rows of an endpoint's log and compares which inputs matter with the reference. The result and
/// its alert are one transaction.
/// </summary>
internal sealed class AttributionWatch(AssayDb db, AttributionTools tools, AttributionRules rules, TimeProvider clock)
{
    private const int FewestRows = 50;
    private const int KeptMax = 100;
    private const double LeastAgreement = 0.9;   // as SageMaker Clarify alerts
    private const double Even = 1e-12;

    /// <summary>Whether the time of a comparison has come, by the settings or for a rule that needs it.</summary>
    public async Task<bool> IsDue(ServedEndpoint served, CancellationToken cancel)
    {
        var settings = (await db.SettingsOf(served.Name, cancel)).Attribution;
        if (settings is null && !(await db.RulesOf(served.Name, cancel)).Of(RuleSignal.AttributionChange).Any())
            return false;
        return await Last(served, cancel) is not { } last || clock.GetUtcNow() - last.At >= TimeSpan.FromMinutes((settings ?? new()).EveryMinutes);
    }

    /// <summary>Compares now; null and why when it can't be told.</summary>
    public async Task<(AttributionResult? Result, string? Unknown)> Run(ServedEndpoint served, CancellationToken cancel)
    {
        if (served.Baseline.IsUnknown)
            return (null, "The model's package has no schema of a row, so no prediction of it can be explained: its inputs and answers are watched one by one.");
        var settings = await db.SettingsOf(served.Name, cancel);
        var wanted = (settings.Attribution ?? new()).Rows;
        var (found, trouble) = await tools.References.Find(served, settings, wanted, cancel);
        if (found is null)
            return (null, trouble);
        var last = await Last(served, cancel);
        var (reference, unknown) = last?.ReferenceKey == found.Key ? (Known(served, last.Result), null) : await Weigh(served, await found.Draw(cancel), cancel);
        if (reference is null)
            return (null, $"Of the reference: {unknown} {found.Note}");

        var from = last?.Result.Current.To is { } compared && compared > reference.Time.To ? compared : reference.Time.To;
        var wish = new SampleWish(from.AddTicks(1), DateTimeOffset.MaxValue, IsOldestFirst: false, ReferenceRows.ReadMax);
        var (current, why) = await Weigh(served, await new LiveSample(tools.Log).Draw(served, wish, wanted, cancel), cancel);
        if (current is null)
            return (null, why);
        if (ImportanceRank.Agreement(reference.Shares, current.Shares) is not { } agreement)
            return (null, "No input did anything to a prediction of the reference, so there is no order to compare.");
        var interval = ImportanceRank.Interval(reference.Shares, current.Rows)!;
        var result = new AttributionResult(
            Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), served.Version, clock.GetUtcNow(), current.Method, reference.Time, current.Time,
            agreement, interval, interval.High < LeastAgreement, Inputs(served, reference.Shares, current.Shares), [found.Note, .. Notes(current, wanted)]);
        await Save(served, result, found.Key, cancel);
        return (result, null);
    }

    private Task<ComparedReasons?> Last(ServedEndpoint served, CancellationToken cancel) => db.ComparedReasons.AsNoTracking()
        .Where(row => row.Endpoint == served.Name && row.Version == served.Version).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel);

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
        if (await tools.Endpoints.Attribute(served, drawn.Rows, cancel) is not { } explained)
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
        if (current.Time.Read >= ReferenceRows.ReadMax)
            yield return string.Create(CultureInfo.InvariantCulture, $"More than {ReferenceRows.ReadMax:N0} rows came in this time: drawn of those alone.");
    }

    private async Task Save(ServedEndpoint served, AttributionResult result, string key, CancellationToken cancel)
    {
        db.ComparedReasons.Add(new()
        {
            Id = result.Id,
            Endpoint = served.Name,
            Version = served.Version,
            At = result.At,
            ReferenceKey = key,
            ResultJson = JsonSerializer.Serialize(result, AssayJson.Options),
        });
        await rules.Judge(served, result, cancel);
        await db.SaveChangesAsync(cancel);
        tools.Meter.Explained(served, result.Agreement);
        var oldest = await db.ComparedReasons.Where(row => row.Endpoint == served.Name).OrderByDescending(row => row.Id).Skip(KeptMax).Select(row => row.Id).FirstOrDefaultAsync(cancel);
        if (oldest is not null)
            await db.ComparedReasons.Where(row => row.Endpoint == served.Name && row.Id.CompareTo(oldest) <= 0).ExecuteDeleteAsync(cancel);
    }

    private sealed record Weighed(
        Inference.Explanations.ExplanationMethod Method, SampledTime Time, IReadOnlyList<double[]> Rows, double[] Shares, IReadOnlyList<IReadOnlyList<string?>> Drawn);
}

/// <summary>Where rows come from, who explains them, and where the outcome is shown.</summary>
internal sealed record AttributionTools(IPredictionLog Log, IEndpoints Endpoints, ReferenceRows References, MonitoringMeter Meter);
