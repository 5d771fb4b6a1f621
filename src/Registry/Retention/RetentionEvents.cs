using Assay.Governance;

namespace Assay.Registry.Retention;

/// <summary>The project keeps versions by another rule from now on; what versions were promised before stays.</summary>
public sealed record RetentionChanged(int Number, int ProductionDays, int StagingDays, int OtherDays)
    : LedgerEvent(EventType, RuleSubject)
{
    internal const string EventType = "retention.changed";
    internal const string RuleSubject = "retention:rule";
}

/// <summary>A version was promised to be kept until a time. A later promise is never for an earlier time.</summary>
public sealed record RetentionPromised(string Model, int Version, DateTimeOffset KeepUntil, int Days, string Reached, int Rule)
    : LedgerEvent(EventType, SubjectOf(Model, Version))
{
    internal const string EventType = "retention.promised";

    internal static string SubjectOf(string model, int version) => $"retention:{model}@{version}";
}

/// <summary>A model, or one version of it, is held back from deletion. The reason stands in the row, which may name people.</summary>
public sealed record HoldPlaced(string Model, int? Version, string HoldId, string Person, string Reference)
    : LedgerEvent(EventType, SubjectOf(Model, Version))
{
    internal const string EventType = "hold.placed";

    internal static string SubjectOf(string model, int? version) => version is { } number ? $"hold:{model}@{number}" : $"hold:{model}";
}

/// <summary>Somebody else released a hold.</summary>
public sealed record HoldReleased(string Model, int? Version, string HoldId, string Person)
    : LedgerEvent(EventType, HoldPlaced.SubjectOf(Model, Version))
{
    internal const string EventType = "hold.released";
}

/// <summary>Somebody tried to release a hold and may not.</summary>
public sealed record HoldReleaseRefused(string Model, int? Version, string HoldId, string Reason)
    : LedgerEvent("hold.release-refused", HoldPlaced.SubjectOf(Model, Version));

/// <summary>A version was deleted: its rows at once, its bytes as soon as nothing else names them.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number, which is never used again.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="Reached">The furthest stage that it had reached.</param>
/// <param name="KeptUntil">Until when it had to be kept.</param>
public sealed record ModelVersionDeleted(string Model, int Version, string Digest, string Reached, DateTimeOffset KeptUntil)
    : LedgerEvent("model.version-deleted", $"model:{Model}@{Version}");

/// <summary>Somebody tried to delete a version, and something stood in the way.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="Obstacles">Kinds of what stood in the way, such as <c>retained</c> and <c>held</c>.</param>
public sealed record ModelDeletionRefused(string Model, int Version, string Digest, IReadOnlyList<string> Obstacles)
    : LedgerEvent("model.deletion-refused", $"model:{Model}@{Version}");

/// <summary>Rows about a deleted version went with it: statements, verdicts, scans, cards and manifests.</summary>
public sealed record ModelPapersDeleted(string Model, int Version, int Rows)
    : LedgerEvent("model.papers-deleted", $"model:{Model}@{Version}");
