using System.Text.Json;
using Assay.Registry;
using Assay.Registry.Gates;

namespace Assay.Tests.Registry.Samples;

/// <summary><c>rows: training</c> with <c>min</c>: the model has seen at least so many rows.</summary>
public sealed class EnoughRowsGate : IGate
{
    public string Kind => "rows";

    public IReadOnlyList<string> Settings { get; } = ["min"];

    public void Check(GateRule rule)
    {
        if (rule.Subject != "training")
            throw rule.Invalid($"'rows' must be 'training', not '{rule.Subject}'.");
        if (rule.Number("min") is not >= 1)
            throw rule.Invalid("the rule on rows needs 'min', from 1.");
    }

    public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var asked = rule.Number("min")!.Value;
        var bound = $"at least {asked:0}";
        var evaluation = candidate.Version.Evaluation;
        if (!evaluation.TryGetProperty("trainRows", out var rows) || rows.ValueKind != JsonValueKind.Number)
            return Task.FromResult(new GateRuleResult(rule.Name, false, "the evaluation does not say", bound));
        return Task.FromResult(new GateRuleResult(rule.Name, rows.GetInt64() >= asked, $"{rows.GetInt64()}", bound));
    }
}
