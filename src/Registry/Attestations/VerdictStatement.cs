using System.Text.Json.Nodes;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Registry.Gates;

namespace Assay.Registry.Attestations;

/// <summary>
/// States a gate's verdict as a SLSA verification summary. It names every statement that was there when the gate judged: so
/// the evidence is closed by a signature, and one that is left out later is missed.
/// </summary>
internal sealed class VerdictStatement(AssayDb db, IAttestations attestations, ISigningKeys keys)
{
    public async Task State(KeptVerdict verdict, CancellationToken cancel)
    {
        var known = await attestations.List(verdict.Model, verdict.Version, cancel);
        await attestations.Add(verdict.Model, verdict.Version, Predicates.VerificationSummary, Predicate(verdict, known), cancel);
    }

    private JsonNode Predicate(KeptVerdict verdict, IReadOnlyList<AttestationSummary> known)
    {
        var project = db.CurrentProject!;
        var resource = AssayNames.Model(project, verdict.Model, verdict.Version);
        return Predicates.Write(new Dictionary<string, object>
        {
            ["verifier"] = new { id = AssayNames.Installation(keys.InstallationHint), version = new { assay = AssayNames.Version } },
            ["timeVerified"] = verdict.At,
            ["resourceUri"] = resource,
            ["policy"] = new ResourceDescriptor(
                null, AssayNames.Of(project, "policies", verdict.Stage, "versions", verdict.PolicyDigest), Predicates.Sha256(verdict.PolicyDigest)),
            ["inputAttestations"] = known.Select(attestation => new ResourceDescriptor(
                null, $"{resource}/attestations/{attestation.Id}", Predicates.Sha256(attestation.Digest))),
            ["verificationResult"] = verdict.Passed ? "PASSED" : "FAILED",

            // Levels that are not SLSA's own need another prefix; a summary that failed has the level FAILED.
            ["verifiedLevels"] = new[] { verdict.Passed ? $"ASSAY_GATE_{verdict.Stage.ToUpperInvariant()}" : "FAILED" },
            ["slsaVersion"] = "1.1",

            // Fields besides those of the specification carry their maker's name in front.
            ["assay_stage"] = verdict.Stage,
            ["assay_rules"] = verdict.ToVerdict().Rules.Select(rule => rule with { Value = rule.Stated ?? rule.Value, Stated = null }),
        });
    }
}
