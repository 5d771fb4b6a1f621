using Assay.Kernel.Paging;
using Assay.Registry.Waivers;

namespace Assay.Client;

/// <summary>Waivers: people let findings of a scan pass, signed and for a time.</summary>
public sealed class WaiversClient
{
    private readonly Transport _transport;

    internal WaiversClient(Transport transport) => _transport = transport;

    /// <summary>Asks to let findings of a version's newest scan pass.</summary>
    public Task<WaiverSummary> Ask(string name, string version, AskWaiverRequest request, CancellationToken cancel = default) =>
        _transport.Post<WaiverSummary>(Of(name, version), request, cancel);

    /// <summary>Waivers of a version, newest first.</summary>
    public Task<IReadOnlyList<WaiverSummary>> List(string name, string version, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<WaiverSummary>>(Of(name, version), cancel);

    /// <summary>Waivers of the project, newest first.</summary>
    public Task<Page<WaiverSummary>> ListAll(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<WaiverSummary>>(Route.To("waivers").Page(cursor, limit), cancel);

    /// <summary>Signs a decision.</summary>
    public Task<WaiverSummary> Decide(WaiverSummary waiver, DecideWaiverRequest decision, CancellationToken cancel = default) =>
        _transport.Post<WaiverSummary>(Route.To("models", waiver.Model, "versions", $"{waiver.Version}", "waivers", waiver.Id, "decisions"), decision, cancel);

    /// <summary>Takes a request back.</summary>
    public Task<WaiverSummary> Withdraw(WaiverSummary waiver, CancellationToken cancel = default) =>
        _transport.Post<WaiverSummary>(Route.To("models", waiver.Model, "versions", $"{waiver.Version}", "waivers", waiver.Id, "withdraw"), null, cancel);

    private static Route Of(string name, string version) => Route.To("models", name, "versions", version, "waivers");
}
