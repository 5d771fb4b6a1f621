using Assay.Governance;

namespace Assay.Registry.Oci;

/// <summary>A version got its OCI manifest, which it keeps.</summary>
public sealed record OciManifestWritten(string Model, int Version, string Digest, string ManifestDigest)
    : LedgerEvent("oci.manifest-written", $"oci:{Model}@{Version}");

/// <summary>An artifact was pushed and became a version.</summary>
public sealed record OciModelPushed(string Model, int Version, string Digest, string ManifestDigest, string Reference)
    : LedgerEvent("oci.model-pushed", $"oci:{Model}@{Version}");

/// <summary>An artifact about a manifest was pushed.</summary>
public sealed record OciReferrerPushed(string Model, string ManifestDigest, string SubjectDigest, string? ArtifactType)
    : LedgerEvent("oci.referrer-pushed", $"oci:{Model}");

/// <summary>A manifest about a version was written here: its signature, or an attestation.</summary>
public sealed record OciEvidenceWritten(string Model, string SubjectDigest, IReadOnlyList<string> ManifestDigests)
    : LedgerEvent("oci.evidence-written", $"oci:{Model}");

/// <summary>A referrer that somebody had pushed was deleted.</summary>
public sealed record OciReferrerDeleted(string Model, string ManifestDigest, string? SubjectDigest)
    : LedgerEvent("oci.referrer-deleted", $"oci:{Model}");

/// <summary>A push was refused, for this reason.</summary>
public sealed record OciPushRefused(string Model, string Reference, string Code, string Reason)
    : LedgerEvent("oci.push-refused", $"oci:{Model}");

/// <summary>An alias leads to a version; <paramref name="Former"/> is the version that it led to before.</summary>
public sealed record ModelAliasSet(string Model, int Version, string Alias, int? Former)
    : LedgerEvent("model.alias-set", $"model:{Model}@{Version}");

/// <summary>An alias leads nowhere any more.</summary>
public sealed record ModelAliasRemoved(string Model, int Version, string Alias)
    : LedgerEvent("model.alias-removed", $"model:{Model}@{Version}");
