namespace Assay.Registry.Gates;

/// <summary>
/// <c>attestations: provenance, evaluation</c>: a signed statement of each of these kinds is there, and all of those kinds
/// hold. A kind is named in short or by its predicate type.
/// </summary>
internal sealed class AttestationsGate(IAttestations attestations) : IGate
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["provenance"] = Predicates.Provenance,
        ["test-result"] = Predicates.TestResult,
        ["evaluation"] = Predicates.Evaluation,
        ["scan"] = Predicates.Scan,
        ["bom"] = Predicates.BillOfMaterials,
        ["registration"] = Predicates.Registration,
    };

    public string Kind => "attestations";

    public IReadOnlyList<string> Settings { get; } = [];

    public void Check(GateRule rule)
    {
        foreach (var name in Names(rule))
        {
            if (!Short.ContainsKey(name) && !Uri.TryCreate(name, UriKind.Absolute, out _))
                throw rule.Invalid($"'{name}' is no kind of statement; write {string.Join(", ", Short.Keys.Select(known => $"'{known}'"))} or the URI of a predicate type.");
        }
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var version = candidate.Version.Version;
        var statements = await attestations.List(version.Model, version.Version, cancel);
        var problems = new List<string>();
        foreach (var name in Names(rule))
        {
            var ofKind = statements.Where(statement => statement.PredicateType == Short.GetValueOrDefault(name, name)).ToList();
            if (ofKind.Count == 0)
                problems.Add($"{name} is missing");
            foreach (var statement in ofKind)
            {
                var report = await attestations.Verify(version.Model, version.Version, statement.Id, cancel);
                if (!report.Verified)
                    problems.Add($"{name} does not hold: {report.Problem}");
            }
        }

        return new(Kind, problems.Count == 0, problems.Count == 0 ? "present and valid" : string.Join("; ", problems), rule.Subject);
    }

    private static string[] Names(GateRule rule) => rule.Subject.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
