using System.Text.Json.Nodes;

namespace Assay.Registry.Attestations;

/// <summary>
/// That a person decided about a model, knowing a policy and certain statements. It names the person by a pseudonym, which
/// the installation can resolve for as long as it may.
/// </summary>
/// <param name="Approver">Who decided.</param>
/// <param name="Role">The role that gave the right to.</param>
/// <param name="Decision"><c>approved</c> or <c>rejected</c>.</param>
/// <param name="Comment">In the person's own words; null when there is none.</param>
/// <param name="Stage">Where the model is to go.</param>
/// <param name="Policy">The policy that asked for the decision, with its digest.</param>
/// <param name="Evidence">What the person decided upon: every statement about the model at that moment.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Expires">From when on it counts no more; null when it does not expire.</param>
internal sealed record ApprovalPredicate(
    Approver Approver,
    string Role,
    string Decision,
    string? Comment,
    string Stage,
    ResourceDescriptor Policy,
    IReadOnlyList<Evidence> Evidence,
    DateTimeOffset DecidedAt,
    DateTimeOffset? Expires)
{
    public const string Approved = "approved";
    public const string Rejected = "rejected";

    public JsonNode ToJson() => Predicates.Write(this);
}

/// <summary>A person who decides.</summary>
/// <param name="Id">Pseudonym, as the ledger has it.</param>
/// <param name="Idp">Who vouched for the person: address of the identity provider, or <c>local</c>.</param>
/// <param name="AuthTime">When the person last proved who it is; null when that is not known.</param>
/// <param name="ActingFor">Pseudonym of the person whose place this one takes; null when none.</param>
internal sealed record Approver(string Id, string Idp, DateTimeOffset? AuthTime, string? ActingFor = null);

/// <summary>A statement that a decision rests upon.</summary>
/// <param name="Type">Its predicate type.</param>
/// <param name="Digest">Digest of its envelope; see <see cref="Predicates.Sha256"/>.</param>
internal sealed record Evidence(string Type, IReadOnlyDictionary<string, string> Digest)
{
    public static Evidence Of(AttestationSummary attestation) => new(attestation.PredicateType, Predicates.Sha256(attestation.Digest));
}
