using Assay.Governance;

namespace Assay.Registry.Waivers;

/// <summary>Somebody asks to let findings of a scan pass.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of the files that were scanned.</param>
/// <param name="Waiver">Id of the waiver.</param>
/// <param name="Scan">Digest of the signed statement with the scan.</param>
/// <param name="Findings">Ids of the findings.</param>
/// <param name="RequestedBy">Actor who asks.</param>
/// <param name="ReasonDigest">SHA-256 of the reason's text.</param>
/// <param name="ExpiresAt">From when on it is to count no more.</param>
public sealed record WaiverAsked(
    string Model, int Version, string Digest, string Waiver, string Scan, IReadOnlyList<string> Findings, string RequestedBy, string ReasonDigest, DateTimeOffset ExpiresAt)
    : LedgerEvent(EventType, SubjectOf(Model, Version))
{
    internal const string EventType = "waiver.asked";

    internal static string SubjectOf(string model, int version) => $"model:{model}@{version}";
}

/// <summary>A person decided on a waiver, and the decision was signed.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="Waiver">Id of the waiver.</param>
/// <param name="Decision"><c>granted</c>, <c>refused</c> or <c>revoked</c>.</param>
/// <param name="Findings">Ids of the findings.</param>
/// <param name="Person">Who decided.</param>
/// <param name="Attestation">Digest of the signed decision.</param>
public sealed record WaiverDecided(
    string Model, int Version, string Digest, string Waiver, string Decision, IReadOnlyList<string> Findings, string Person, string Attestation)
    : LedgerEvent(EventType, WaiverAsked.SubjectOf(Model, Version))
{
    internal const string EventType = "waiver.decided";
}

/// <summary>Somebody tried to decide on a waiver who may not, for this reason.</summary>
public sealed record WaiverRefused(string Model, int Version, string Waiver, string Reason)
    : LedgerEvent("waiver.refused", WaiverAsked.SubjectOf(Model, Version));

/// <summary>Who asked for a waiver wants it no more.</summary>
public sealed record WaiverWithdrawn(string Model, int Version, string Waiver)
    : LedgerEvent("waiver.withdrawn", WaiverAsked.SubjectOf(Model, Version));

/// <summary>The time of a waiver is up.</summary>
public sealed record WaiverExpired(string Model, int Version, string Waiver)
    : LedgerEvent("waiver.expired", WaiverAsked.SubjectOf(Model, Version));
