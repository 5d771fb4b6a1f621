using Assay.Governance;

namespace Assay.Registry.Approvals;

/// <summary>Somebody asks for a version to enter a stage.</summary>
public sealed record ApprovalRequested(string Model, int Version, string Digest, string Stage, string Request, IReadOnlyList<string> Mentions)
    : LedgerEvent("approval.requested", $"model:{Model}@{Version}");

/// <summary>A request waits no more.</summary>
public sealed record ApprovalRequestClosed(string Model, int Version, string Stage, string Request, RequestState State)
    : LedgerEvent("approval.request-closed", $"model:{Model}@{Version}");

/// <summary>A remark on a request; its words are named by their SHA-256, for they can't be taken back from here.</summary>
public sealed record ApprovalCommented(string Model, int Version, string Request, string TextDigest, IReadOnlyList<string> Mentions)
    : LedgerEvent("approval.commented", $"model:{Model}@{Version}");

/// <summary>Those who may decide were reminded of a request that waits.</summary>
public sealed record ApprovalReminded(string Model, int Version, string Stage, string Request, IReadOnlyList<string> People)
    : LedgerEvent("approval.reminded", $"model:{Model}@{Version}");

/// <summary>A person decided, and the decision was signed.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Decision"><c>approved</c>, <c>rejected</c> or <c>withdrawn</c>.</param>
/// <param name="Person">Who decided.</param>
/// <param name="ActingFor">In whose place; null when in their own.</param>
/// <param name="PolicyDigest">The policy that asked.</param>
/// <param name="EvidenceDigest">What was decided upon.</param>
/// <param name="Attestation">Digest of the signed decision.</param>
public sealed record ApprovalDecided(
    string Model, int Version, string Digest, string Stage, string Decision, string Person, string? ActingFor, string PolicyDigest, string EvidenceDigest, string Attestation)
    : LedgerEvent("approval.decided", $"model:{Model}@{Version}");

/// <summary>Somebody tried to decide who may not, for this reason.</summary>
public sealed record ApprovalRefused(string Model, int Version, string Stage, string Reason)
    : LedgerEvent("approval.refused", $"model:{Model}@{Version}");

/// <summary>A person lets another one decide in their place.</summary>
public sealed record DelegationMade(string Id, string From, string To, DateTimeOffset StartsAt, DateTimeOffset EndsAt)
    : LedgerEvent("delegation.made", $"delegation:{Id}");

/// <summary>A delegation ended before its time.</summary>
public sealed record DelegationEnded(string Id) : LedgerEvent("delegation.ended", $"delegation:{Id}");

/// <summary>Somebody went past the human rules in an emergency.</summary>
public sealed record GlassBroken(string Model, int Version, string Digest, string Stage, string Id, string Person, DateTimeOffset Until)
    : LedgerEvent("glass.broken", $"model:{Model}@{Version}");

/// <summary>Others looked at it afterwards.</summary>
public sealed record GlassReviewed(string Model, int Version, string Id, string Person, bool Justified)
    : LedgerEvent("glass.reviewed", $"model:{Model}@{Version}");

/// <summary>Its time is up; <paramref name="Kept"/> says whether the version had its approvals by then, <paramref name="FellBackTo"/> what took its place.</summary>
public sealed record GlassEnded(string Model, int Version, string Id, bool Kept, int? FellBackTo)
    : LedgerEvent("glass.ended", $"model:{Model}@{Version}");
