namespace Assay.Registry.Gates;

/// <summary><c>metric: NAME</c> with <c>min</c> or <c>max</c> or both: a metric on rows that were not trained on.</summary>
internal sealed class MetricGate : IGate
{
    private const string Min = "min";
    private const string Max = "max";

    public string Kind => "metric";

    public IReadOnlyList<string> Settings { get; } = [Min, Max];

    public void Check(GateRule rule)
    {
        if (rule.Number(Min) is null && rule.Number(Max) is null)
            throw rule.Invalid($"the rule on {rule.Subject} needs '{Min}' or '{Max}'.");
        if (rule.Number(Min) > rule.Number(Max))
            throw rule.Invalid($"the rule on {rule.Subject} has a '{Min}' above its '{Max}', which nothing can meet.");
    }

    public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var (min, max) = (rule.Number(Min), rule.Number(Max));
        var bound = (min, max) switch
        {
            ({ } low, { } high) => $"{Metric.Show(low)} to {Metric.Show(high)}",
            ({ } low, null) => $"at least {Metric.Show(low)}",
            _ => $"at most {Metric.Show(max!.Value)}",
        };
        if (!candidate.Version.Version.Metrics.TryGetValue(rule.Subject, out var value))
            return Task.FromResult(new GateRuleResult(rule.Name, false, "not measured", bound));

        var passed = !(value < min) && !(value > max);
        var nearest = value < min ? min : value > max ? max : null;
        return Task.FromResult(new GateRuleResult(rule.Name, passed, Metric.Show(value, nearest), bound));
    }
}
