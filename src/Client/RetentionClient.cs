using Assay.Kernel.Paging;
using Assay.Registry.Retention;

namespace Assay.Client;

/// <summary>How long versions are kept, legal holds, and deletion.</summary>
public sealed class RetentionClient
{
    private readonly Transport _transport;

    internal RetentionClient(Transport transport) => _transport = transport;

    /// <summary>The project's rule in force.</summary>
    public Task<RetentionRuleSummary> Rule(CancellationToken cancel = default) => _transport.Get<RetentionRuleSummary>(Route.To("retention"), cancel);

    /// <summary>Every rule that the project had, newest first.</summary>
    public Task<Page<RetentionRuleSummary>> Rules(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<RetentionRuleSummary>>(Route.To("retention", "versions").Page(cursor, limit), cancel);

    /// <summary>Sets the next rule. It shortens nothing that was promised.</summary>
    public Task<RetentionRuleSummary> SetRule(ChangeRetentionRuleRequest rule, CancellationToken cancel = default) =>
        _transport.Put<RetentionRuleSummary>(Route.To("retention"), rule, cancel);

    /// <summary>Until when a version is kept, and what else keeps it; null when there is no such version.</summary>
    public Task<VersionRetentionDetail?> Of(string name, string version, CancellationToken cancel = default) =>
        _transport.Find<VersionRetentionDetail>(Route.To("models", name, "versions", version, "retention"), cancel);

    /// <summary>Deletes a version.</summary>
    public Task<DeletedModelVersion> Delete(string name, string version, string reason, CancellationToken cancel = default) =>
        _transport.Delete<DeletedModelVersion>(Route.To("models", name, "versions", version).With("reason", reason), cancel);

    /// <summary>What is left of a version that was deleted; null when it was not.</summary>
    public Task<DeletedModelVersion?> Tombstone(string name, string version, CancellationToken cancel = default) =>
        _transport.Find<DeletedModelVersion>(Route.To("models", name, "versions", version, "tombstone"), cancel);

    /// <summary>Legal holds of the project, newest first, released ones too.</summary>
    public Task<Page<LegalHoldSummary>> Holds(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<LegalHoldSummary>>(Route.To("holds").Page(cursor, limit), cancel);

    /// <summary>Holds a version back from deletion; without a version, every version of the model.</summary>
    public Task<LegalHoldSummary> Place(string name, string? version, PlaceHoldRequest request, CancellationToken cancel = default) =>
        _transport.Post<LegalHoldSummary>(version is null ? Route.To("models", name, "holds") : Route.To("models", name, "versions", version, "holds"), request, cancel);

    /// <summary>Releases a hold that somebody else has put.</summary>
    public Task<LegalHoldSummary> Release(LegalHoldSummary hold, string reason, CancellationToken cancel = default) =>
        _transport.Post<LegalHoldSummary>(Route.To("models", hold.Model, "holds", hold.Id, "release"), new ReleaseHoldRequest(reason), cancel);
}
