namespace Assay.Registry.Approvals;

/// <summary>Kinds of statements that decisions and their checks rest upon; docs/reference/attestations.md shows each.</summary>
internal static class ApprovalStatements
{
    /// <summary>Who brought a version in: those who may not approve it.</summary>
    public const string Registration = AssayNames.Base + "/attestation/registration/v1";

    /// <summary>That somebody went past the human rules in an emergency.</summary>
    public const string BreakGlass = AssayNames.Base + "/attestation/break-glass/v1";

    /// <summary>Who published a policy; about the policy's text, not about a model.</summary>
    public const string Policy = AssayNames.Base + "/attestation/policy/v1";

    /// <summary>Statements that say what somebody or a gate decided. They are not evidence: else each decision would make the one before it stale.</summary>
    public static bool IsDecision(string predicateType) =>
        predicateType is Predicates.Approval or Predicates.VerificationSummary or BreakGlass;
}
