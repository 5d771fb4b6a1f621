namespace Assay.Registry.Retention;

/// <summary>How long a project keeps versions of its models.</summary>
/// <param name="Number">From 1; 0 is the rule that comes with Assay. The highest is in force.</param>
/// <param name="ProductionDays">For a version that was in Production: from the day on which it left it last.</param>
/// <param name="StagingDays">Likewise for one that got no further than Staging.</param>
/// <param name="OtherDays">For any other: from its registration.</param>
/// <param name="ChangedBy">Actor who set it; null for the shipped one.</param>
/// <param name="ChangedAt">When; null for the shipped one.</param>
public sealed record RetentionRuleSummary(
    int Number, int ProductionDays, int StagingDays, int OtherDays, string? ChangedBy, DateTimeOffset? ChangedAt);

/// <summary>A legal hold, in force or released.</summary>
/// <param name="Id">Its id; later ones sort after earlier ones.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">The version; null when every version is held.</param>
/// <param name="Reason">Why.</param>
/// <param name="Reference">What others know the matter by.</param>
/// <param name="PlacedBy">Account that put it.</param>
/// <param name="PlacedByName">Its name, when the directory knows it.</param>
/// <param name="PlacedAt">When.</param>
/// <param name="ReleasedBy">Person who released it; null while it holds.</param>
/// <param name="ReleasedByName">Their name, when the directory knows it.</param>
/// <param name="ReleasedAt">When.</param>
/// <param name="ReleaseReason">Why.</param>
public sealed record LegalHoldSummary(
    string Id,
    string Model,
    int? Version,
    string Reason,
    string Reference,
    string PlacedBy,
    string? PlacedByName,
    DateTimeOffset PlacedAt,
    string? ReleasedBy,
    string? ReleasedByName,
    DateTimeOffset? ReleasedAt,
    string? ReleaseReason);

/// <summary>What keeps a version from being deleted.</summary>
/// <param name="Kind"><c>retained</c>, <c>held</c>, <c>staged</c>, <c>aliased</c>, <c>served</c>, <c>requested</c> or <c>emergency</c>.</param>
/// <param name="Message">A sentence that says what it is and what to do.</param>
/// <param name="Until">When it ends by itself, where it does.</param>
public sealed record DeletionObstacle(string Kind, string Message, DateTimeOffset? Until = null);

/// <summary>How long a version is kept, and what else keeps it.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number.</param>
/// <param name="KeepUntil">Nobody deletes it before this time, which may move on and never back.</param>
/// <param name="Days">The promise in days.</param>
/// <param name="Reached">The furthest stage that it has reached.</param>
/// <param name="Holds">Legal holds in force on it or on the whole model.</param>
/// <param name="Obstacles">All that keeps it from being deleted now; empty when it may be.</param>
public sealed record VersionRetentionDetail(
    string Model,
    int Version,
    DateTimeOffset KeepUntil,
    int Days,
    string Reached,
    IReadOnlyList<LegalHoldSummary> Holds,
    IReadOnlyList<DeletionObstacle> Obstacles);

/// <summary>What stays of a version that was deleted.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its number, which is never used again.</param>
/// <param name="Digest">Root of its files.</param>
/// <param name="RegisteredAt">When it was registered.</param>
/// <param name="Reached">The furthest stage that it had reached.</param>
/// <param name="KeptUntil">Until when it had to be kept.</param>
/// <param name="DeletedBy">Actor who deleted it.</param>
/// <param name="DeletedAt">When.</param>
/// <param name="Reason">Why.</param>
public sealed record DeletedModelVersion(
    string Model,
    int Version,
    string Digest,
    DateTimeOffset RegisteredAt,
    string Reached,
    DateTimeOffset KeptUntil,
    string DeletedBy,
    DateTimeOffset DeletedAt,
    string Reason);

/// <summary>
/// Contributed by modules above: what of theirs needs a version, so that it is not deleted under their feet.
/// </summary>
public interface IVersionUse
{
    /// <summary>A sentence for each use, which says how to end it; none when the version is not needed.</summary>
    Task<IReadOnlyList<string>> Uses(string model, int version, CancellationToken cancel);
}
