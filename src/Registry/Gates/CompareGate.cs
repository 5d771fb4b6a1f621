using System.Text.Json;
using Assay.Kernel;

namespace Assay.Registry.Gates;

/// <summary>
/// <c>compare: METRIC</c>: the candidate's advantage over the version in production must be at least <c>margin</c>. Where
/// the candidate's evaluation measured that very version on the same rows, that comparison counts, and else both versions'
/// own metrics. With <c>require: better</c> the advantage must be above the margin, by the whole 95 % interval where there
/// is one. With <c>by: interval</c> the lower end of that interval decides in any case, and there must be one.
/// </summary>
internal sealed class CompareGate : IGate
{
    private const string Against = "against";
    private const string Margin = "margin";
    private const string OnFirst = "on first";
    private const string Require = "require";
    private const string Better = "better";
    private const string By = "by";
    private const string Interval = "interval";
    private const string Estimate = "estimate";

    public string Kind => "compare";

    public IReadOnlyList<string> Settings { get; } = [Against, Margin, OnFirst, Require, By];

    /// <summary>The rule that a candidate must be better, in the metric that its evaluation names.</summary>
    public static GateRule BetterThanProduction(GateCandidate candidate) => new(
        "compare", DecidingMetric(candidate.Version.Evaluation), new Dictionary<string, string> { [Require] = Better }, 0);

    public void Check(GateRule rule)
    {
        OneOf(rule, Against, "production");
        OneOf(rule, OnFirst, "pass", "fail");
        OneOf(rule, Require, "not worse", Better);
        OneOf(rule, By, Estimate, Interval);
        rule.Number(Margin);
    }

    public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var margin = rule.Number(Margin) ?? 0;
        var mustBeBetter = rule.Text(Require) == Better;
        var amount = margin == 0 ? "" : $" by {(mustBeBetter ? "more than " : "")}{Metric.ShowSigned(margin)}";
        var bound = mustBeBetter ? $"better than production{amount}" : margin == 0 ? "no worse than production" : $"at least {Metric.ShowSigned(margin)} against production";
        if (rule.Text(By) == Interval)
            bound += ", by the whole 95 % interval";
        return Task.FromResult(Judge(rule, candidate, margin, mustBeBetter, bound));
    }

    private static GateRuleResult Judge(GateRule rule, GateCandidate candidate, double margin, bool mustBeBetter, string bound)
    {
        if (candidate.Production is not { } production)
        {
            var passes = rule.Text(OnFirst) != "fail";
            return new(rule.Name, passes, "no version is in production", passes ? bound : $"{bound}; there must be one");
        }

        if (!candidate.Version.Version.Metrics.TryGetValue(rule.Subject, out var value))
            return new(rule.Name, false, "not measured", bound);
        if (Compare(rule.Subject, value, candidate.Version.Evaluation, production) is not { } found)
            return new(rule.Name, false, $"{Metric.Show(value)}; version {production.Version.Version} in production has no {rule.Subject}", bound);

        var wholeInterval = rule.Text(By) is { } by ? by == Interval : mustBeBetter;
        var decisive = wholeInterval && found.Low is { } low ? low : found.Advantage;
        var isMissing = rule.Text(By) == Interval && found.Low is null;
        var passed = !isMissing && (mustBeBetter ? decisive > margin : decisive >= margin);
        var interval = isMissing ? ", without an interval" : found.Low is null ? "" : $", 95 % interval {Metric.ShowSigned(found.Low.Value, margin)} to {Metric.ShowSigned(found.High!.Value)}";
        var rows = found.SameRows ? "on the same rows" : "on its own rows";
        return new(
            rule.Name,
            passed,
            $"{Metric.Show(value)}; version {production.Version.Version} in production has {Metric.Show(found.Other)} {rows}: {Metric.ShowSigned(found.Advantage, margin)}{interval}",
            bound);
    }

    private static Comparison? Compare(string metric, double value, JsonElement evaluation, ModelVersionDetail production)
    {
        if (ChampionOf(evaluation) is { } champion && champion.Digest == production.Version.Digest && champion.Metrics.TryGetValue(metric, out var other))
        {
            return metric == DecidingMetric(evaluation) && champion.Difference is { } difference
                ? new(other, difference.Difference, true, difference.Low, difference.High)
                : new(other, Metric.Advantage(metric, value, other), true, null, null);
        }

        return production.Version.Metrics.TryGetValue(metric, out other)
            ? new(other, Metric.Advantage(metric, value, other), SameHoldout(evaluation, production.Evaluation), null, null)
            : null;
    }

    private static Champion? ChampionOf(JsonElement evaluation)
    {
        if (!evaluation.TryGetProperty("champion", out var champion) || champion.ValueKind != JsonValueKind.Object)
            return null;
        var read = champion.Deserialize<Champion>(AssayJson.Options);
        return read is { Digest: not null, Metrics: not null } ? read : null;
    }

    private static string DecidingMetric(JsonElement evaluation) =>
        evaluation.TryGetProperty("metric", out var metric) && metric.ValueKind == JsonValueKind.String ? metric.GetString()! : "auc";

    private static bool SameHoldout(JsonElement one, JsonElement other) =>
        HoldoutOf(one) is { } digest && digest == HoldoutOf(other);

    private static string? HoldoutOf(JsonElement evaluation) =>
        evaluation.TryGetProperty("holdout", out var holdout) && holdout.ValueKind == JsonValueKind.Object
        && holdout.TryGetProperty("digest", out var digest) ? digest.GetString() : null;

    private static void OneOf(GateRule rule, string setting, params string[] allowed)
    {
        if (rule.Text(setting) is { } text && !allowed.Contains(text))
            throw rule.Invalid($"'{setting}' must be {string.Join(" or ", allowed.Select(value => $"'{value}'"))}, not '{text}'.");
    }

    private sealed record Comparison(double Other, double Advantage, bool SameRows, double? Low, double? High);

    private sealed record Champion(string? Digest, IReadOnlyDictionary<string, double>? Metrics, Statistics.Metrics.PairedDifference? Difference)
    {
        public IReadOnlyDictionary<string, double> Metrics { get; init; } = Metrics!;
    }
}
