using System.Text.Json;
using Assay.Kernel;

namespace Assay.Registry.Gates;

/// <summary>
/// <c>fairness: COLUMN</c>: how differently the groups of a protected attribute are treated, on the hold-out rows of the
/// package's evaluation. Groups smaller than <c>min rows</c> say too little and are left out.
/// </summary>
internal sealed class FairnessGate : IGate
{
    private const string Measure = "measure";
    private const string Min = "min";
    private const string Max = "max";
    private const string MinRows = "min rows";
    private const string Parity = "demographic parity";
    private const string Opportunity = "equal opportunity";
    private const string Impact = "disparate impact";
    private const int MinRowsDefault = 30;

    public string Kind => "fairness";

    public IReadOnlyList<string> Settings { get; } = [Measure, Min, Max, MinRows];

    public void Check(GateRule rule)
    {
        if (rule.Text(Measure) is not (Parity or Opportunity or Impact))
            throw rule.Invalid($"'{Measure}' must be '{Parity}', '{Opportunity}' or '{Impact}', not '{rule.Text(Measure)}'.");
        var (asked, other) = rule.Text(Measure) == Impact ? (Min, Max) : (Max, Min);
        if (rule.Number(asked) is not >= 0 or > 1 || rule.Text(other) is not null)
            throw rule.Invalid($"the rule on {rule.Subject} needs '{asked}' from 0 to 1, and no '{other}'.");
        if (rule.Number(MinRows) is { } rows && (rows < 1 || rows != Math.Floor(rows)))
            throw rule.Invalid($"'{MinRows}' must be a whole number from 1.");
    }

    public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel) =>
        Task.FromResult(Judge(rule, candidate.Version.Evaluation));

    private static GateRuleResult Judge(GateRule rule, JsonElement evaluation)
    {
        var measure = rule.Text(Measure)!;
        var name = $"{rule.Name}, {measure}";
        var limit = rule.Number(measure == Impact ? Min : Max)!.Value;
        var bound = measure == Impact ? $"ratio of at least {Metric.Show(limit)}" : $"difference of at most {Metric.Show(limit)}";
        if (GroupsOf(evaluation, rule.Subject) is not { } groups)
            return new(name, false, $"the evaluation has no groups by '{rule.Subject}'", bound);

        var minRows = rule.Number(MinRows) ?? MinRowsDefault;
        var rates = groups.Where(group => group.Rows >= minRows).Select(group => RateOf(group, measure)).OfType<Rate>().OrderBy(rate => rate.Value).ToList();
        if (rates.Count < 2)
            return new(name, false, $"{rates.Count} of {groups.Count} groups are large enough to compare", bound);

        var (lowest, highest) = (rates[0], rates[^1]);
        var found = measure == Impact ? (highest.Value == 0 ? 1 : lowest.Value / highest.Value) : highest.Value - lowest.Value;
        var passed = measure == Impact ? found >= limit : found <= limit;
        var leftOut = rates.Count == groups.Count ? "" : $"; {groups.Count - rates.Count} smaller groups left out";
        return new(
            name,
            passed,
            $"{Metric.Show(found, limit)} ({lowest.Group}: {Metric.Show(lowest.Value)}, {highest.Group}: {Metric.Show(highest.Value)}{leftOut})",
            bound);
    }

    /// <summary>Share of the group, or of its positive rows, for which the model decides positive; null when it has no positive row.</summary>
    private static Rate? RateOf(Group group, string measure) => measure == Opportunity
        ? group.Positive == 0 ? null : new(group.Value, (double)group.TruePositive / group.Positive)
        : new(group.Value, (double)group.Selected / group.Rows);

    private static List<Group>? GroupsOf(JsonElement evaluation, string column)
    {
        if (!evaluation.TryGetProperty("segments", out var segments) || segments.ValueKind != JsonValueKind.Array)
            return null;
        return segments.Deserialize<List<Segmented>>(AssayJson.Options)!.Find(segmented => segmented.Column == column)?.Groups
            .FindAll(group => group.Rows > 0);
    }

    private sealed record Segmented(string Column, List<Group> Groups);

    private sealed record Group(string Value, int Rows, int Positive, int Selected, int TruePositive);

    private sealed record Rate(string Group, double Value);
}
