using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Rules;
using Assay.Monitoring.Silences;

namespace Assay.Client;

/// <summary>Alerts of every kind that monitors raise.</summary>
public sealed class AlertsClient
{
    private readonly Transport _transport;

    internal AlertsClient(Transport transport) => _transport = transport;

    /// <summary>Alerts of the project, newest first.</summary>
    /// <param name="state"><c>open</c>, <c>acknowledged</c>, <c>closed</c>, or <c>active</c> for the first two; null for all.</param>
    /// <param name="endpoint">Of this endpoint only.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">Alerts a page.</param>
    /// <param name="cancel">Stops it.</param>
    public Task<Page<AlertSummary>> List(
        string? state = null, string? endpoint = null, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<AlertSummary>>(Route.To("alerts").With("state", state).With("endpoint", endpoint).Page(cursor, limit), cancel);

    /// <summary>The rules of an endpoint's monitor, or null.</summary>
    public Task<RuleSet?> Rules(string endpoint, CancellationToken cancel = default) => _transport.Find<RuleSet>(Route.To("monitors", endpoint, "rules"), cancel);

    /// <summary>Rules that suit most endpoints, with bounds for this one, or null; nothing is changed.</summary>
    public Task<RuleSet?> SuggestRules(string endpoint, CancellationToken cancel = default) => _transport.Find<RuleSet>(Route.To("monitors", endpoint, "rules", "suggested"), cancel);

    /// <summary>Replaces them.</summary>
    public Task<RuleSet> SetRules(string endpoint, RuleSet rules, CancellationToken cancel = default) =>
        _transport.Put<RuleSet>(Route.To("monitors", endpoint, "rules"), rules, cancel);

    /// <summary>Silences that hold or are to come, newest first; with <paramref name="all"/> those that are over as well.</summary>
    public Task<Page<SilenceSummary>> Silences(bool all = false, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<SilenceSummary>>(Route.To("silences").With("all", all ? "true" : null).Page(cursor, limit), cancel);

    /// <summary>Makes a silence, which ends by itself.</summary>
    public Task<SilenceSummary> Silence(SilenceRequest request, CancellationToken cancel = default) =>
        _transport.Post<SilenceSummary>(Route.To("silences"), request, cancel);

    /// <summary>Ends a silence before its time.</summary>
    public Task EndSilence(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("silences", id), cancel);

    /// <summary>An alert that explains itself, or null.</summary>
    public Task<AlertDetail?> Find(string id, CancellationToken cancel = default) => _transport.Find<AlertDetail>(Route.To("alerts", id), cancel);

    /// <summary>Takes an alert on: nobody is told about it again.</summary>
    public Task<AlertDetail> Acknowledge(string id, string? note = null, CancellationToken cancel = default) =>
        _transport.Post<AlertDetail>(Route.To("alerts", id, "acknowledge"), new AcknowledgeRequest(note), cancel);
}
