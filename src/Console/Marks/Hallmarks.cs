using Assay.Registry;

namespace Assay.Console.Marks;

/// <summary>The seven hallmarks of a version, made from the statements that exist about its digest.</summary>
internal static class Hallmarks
{
    public static IReadOnlyList<Mark> Of(ModelVersionSummary version, GateVerdict? gate) =>
    [
        version.Signed ? new("Signed", MarkState.Whole, "P-256") { Link = "#signature" } : Missing("Signed"),
        Scanned(version),
        Data(version, gate),
        Tested(gate),
        Missing("Fair"),
        Missing("Reproduced"),
        Missing("Approved"),
    ];

    private static Mark Scanned(ModelVersionSummary version) => version.ScanPassed is { } passed
        ? new("Scanned", passed ? MarkState.Whole : MarkState.Failed, passed ? "nothing found" : "findings block") { Link = "#scan" }
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

    private static Mark Missing(string name) => new(name, MarkState.Missing, "no statement");
}
