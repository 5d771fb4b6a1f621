using Assay.Governance;

namespace Assay.Registry;

/// <summary>A version exists. Its files are named by one digest.</summary>
public sealed record ModelVersionRegistered(string Model, int Version, string Digest, string? RunId, string? Dataset, string? DatasetDigest)
    : LedgerEvent("model.version-registered", $"model:{Model}@{Version}");

/// <summary>A version was signed.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of the files that were signed.</param>
/// <param name="SignatureDigest">SHA-256 of <c>model.sig</c>.</param>
/// <param name="KeyHint">SHA-256 of the public key's PEM.</param>
public sealed record ModelSigned(string Model, int Version, string Digest, string SignatureDigest, string KeyHint)
    : LedgerEvent("model.signed", $"model:{Model}@{Version}");

/// <summary>A signed statement was made about a version. All of them together are its evidence; one that is not stated here is none.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of its files, which the statement is about.</param>
/// <param name="PredicateType">What kind of statement.</param>
/// <param name="AttestationDigest">SHA-256 of the statement's envelope.</param>
/// <param name="KeyHint">SHA-256 of the PEM of the public key that checks it.</param>
public sealed record ModelAttested(string Model, int Version, string Digest, string PredicateType, string AttestationDigest, string KeyHint)
    : LedgerEvent(EventType, SubjectOf(Model, Version))
{
    internal const string EventType = "model.attested";

    internal static string SubjectOf(string model, int version) => $"model:{model}@{version}";
}

/// <summary>The card of a version got another version, which this statement signs.</summary>
public sealed record CardWritten(string Model, int Version, string Digest, int Number, string AttestationDigest)
    : LedgerEvent("model.card-written", $"model:{Model}@{Version}");

/// <summary>A gate let a version through.</summary>
public sealed record GatePassed(string Model, int Version, string Digest, string Stage, string PolicyDigest)
    : LedgerEvent("gate.passed", $"model:{Model}@{Version}");

/// <summary>A gate refused a version, for these rules.</summary>
public sealed record GateFailed(string Model, int Version, string Digest, string Stage, string PolicyDigest, IReadOnlyList<string> FailedRules)
    : LedgerEvent("gate.failed", $"model:{Model}@{Version}");

/// <summary>A version moved to a stage; <paramref name="Former"/> is the version that was archived for it.</summary>
public sealed record ModelPromoted(string Model, int Version, string Digest, string Stage, int? Former)
    : LedgerEvent(EventType, $"model:{Model}@{Version}")
{
    /// <summary>By which readers of the ledger know it.</summary>
    public const string EventType = "model.promoted";
}

/// <summary>A stage got another policy; the former one stays readable under its number.</summary>
public sealed record PolicyChanged(string Stage, string PolicyDigest, string FormerDigest, int Number)
    : LedgerEvent(EventType, SubjectOf(Stage))
{
    internal const string EventType = "policy.changed";

    internal static string SubjectOf(string stage) => $"policy:{stage}";
}

/// <summary>A version's files were scanned.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of the files that were scanned.</param>
/// <param name="Passed">Whether nothing that was found blocks.</param>
/// <param name="Blocking">Ids of the findings that block, at most 100.</param>
/// <param name="Scanner">Version of the scanner.</param>
/// <param name="RulesDigest">SHA-256 of its rules.</param>
public sealed record ModelScanned(
    string Model, int Version, string Digest, bool Passed, IReadOnlyList<string> Blocking, string Scanner, string RulesDigest)
    : LedgerEvent(EventType, SubjectOf(Model, Version))
{
    internal const string EventType = "model.scanned";

    internal static string SubjectOf(string model, int version) => $"model:{model}@{version}";
}
