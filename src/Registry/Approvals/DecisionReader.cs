using System.Text.Json;
using Assay.Kernel;
using Assay.Registry.Attestations;
using Assay.Registry.Versions;

namespace Assay.Registry.Approvals;

/// <summary>A decision with the statement that it stands in.</summary>
internal sealed record ReadDecision(AttestationSummary Statement, ApprovalPredicate Predicate);

/// <summary>Reads the decisions on a version from their signed statements.</summary>
internal sealed class DecisionReader(IAttestations attestations)
{
    /// <summary>Decisions for a stage, and those whose signature does not hold, for whatever stage they are.</summary>
    public async Task<(List<ReadDecision> Signed, List<SignedDecision> Broken)> Read(ModelVersion version, string stage, CancellationToken cancel)
    {
        var (signed, broken) = (new List<ReadDecision>(), new List<SignedDecision>());
        foreach (var statement in await attestations.List(version.Model, version.Version, cancel))
        {
            if (statement.PredicateType != Predicates.Approval)
                continue;
            try
            {
                var opened = await attestations.Open(version.Model, version.Version, statement.Id, cancel);
                var predicate = opened.Predicate.Deserialize<ApprovalPredicate>(AssayJson.Options)!;
                if (predicate.Stage == stage)
                    signed.Add(new(statement, predicate));
            }
            catch (TamperedAttestationException problem)
            {
                broken.Add(new(statement.Digest, "", null, null, "none", null, statement.At, null, $"the signature does not hold: {problem.Message}"));
            }
        }

        return (signed, broken);
    }
}
