using Assay.Registry;

namespace Assay.Console.Marks;

/// <summary>The seven hallmarks of a version, made from the statements that exist about its digest.</summary>
internal static class Hallmarks
{
    public static IReadOnlyList<Mark> Of(ModelVersionSummary version, GateVerdict? gate) =>
    [
        version.Signed ? new("Signed", MarkState.Whole, "P-256") { Link = "#signature" } : Missing("Signed"),
        Scanned(version, gate),
        Data(version, gate),
        Tested(gate),
        Fair(gate),
        Missing("Reproduced"),
        Approved(gate),
    ];

    private static Mark Scanned(ModelVersionSummary version, GateVerdict? gate) => version.ScanPassed is { } passed
        ? !passed && gate?.Rules.FirstOrDefault(rule => rule.Name == "scan") is { Passed: true } ? new("Scanned", MarkState.Whole, "findings waived") { Link = "#scan" }
        : new("Scanned", passed ? MarkState.Whole : MarkState.Failed, passed ? "nothing found" : "findings block") { Link = "#scan" }
        : Missing("Scanned");

    private static Mark Data(ModelVersionSummary version, GateVerdict? gate)
    {
        var rule = gate?.Rules.FirstOrDefault(rule => rule.Name.Contains("data", StringComparison.OrdinalIgnoreCase));
        return rule is null
            ? Missing("Data")
            : new Mark("Data", rule.Passed ? MarkState.Whole : MarkState.Failed, rule.Passed ? "checks met" : "checks failed") { Link = "#gate" };
    }

    private static Mark Tested(GateVerdict? gate) => gate is null
        ? Missing("Tested")
        : new Mark("Tested", gate.Passed ? MarkState.Whole : MarkState.Failed, $"{gate.Rules.Count(rule => rule.Passed)} of {gate.Rules.Count}") { Link = "#gate" };

    private static Mark Fair(GateVerdict? gate)
    {
        var rules = gate?.Rules.Where(rule => rule.Name.StartsWith("fairness ", StringComparison.Ordinal)).ToList() ?? [];
        return rules.Count == 0
            ? Missing("Fair")
            : new Mark("Fair", rules.TrueForAll(rule => rule.Passed) ? MarkState.Whole : MarkState.Failed, $"{rules.Count(rule => rule.Passed)} of {rules.Count}") { Link = "#gate" };
    }

    // Past a broken glass the rules hold, and nobody has approved.
    private static Mark Approved(GateVerdict? gate)
    {
        var rules = gate?.Rules.Where(rule => rule.Human).ToList() ?? [];
        if (rules.Count == 0)
            return Missing("Approved");
        if (rules.Exists(rule => rule.Value.Contains("glass broken", StringComparison.Ordinal)))
            return new Mark("Approved", MarkState.Failed, "glass broken") { Link = "#gate" };
        return rules.TrueForAll(rule => rule.Passed)
            ? new Mark("Approved", MarkState.Whole, string.Join(", ", rules.Select(rule => rule.Value))) { Link = "#gate" }
            : new Mark("Approved", MarkState.Missing, string.Join(", ", rules.Select(rule => rule.Value)));
    }

    private static Mark Missing(string name) => new(name, MarkState.Missing, "no statement");
}
