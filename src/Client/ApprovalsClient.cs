using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Approvals;
using Assay.Registry.Gates;

namespace Assay.Client;

/// <summary>Gates and those who have the last word at them: requests, decisions, emergencies.</summary>
public sealed class ApprovalsClient
{
    private readonly Transport _transport;

    internal ApprovalsClient(Transport transport) => _transport = transport;

    /// <summary>What a gate would say of a version now, by the policy in force or by a draft; nothing is recorded.</summary>
    public Task<GateVerdict> Check(string name, string version, string stage = "Production", string? policy = null, CancellationToken cancel = default) =>
        _transport.Post<GateVerdict>(Route.To("models", name, "versions", version, "gate", "check"), new CheckGateRequest(stage, policy), cancel);

    /// <summary>The whole gate before a version: rules, lists, decisions, and who may not decide.</summary>
    public Task<GateExplanation> Explain(string name, string version, string stage = "Production", CancellationToken cancel = default) =>
        _transport.Get<GateExplanation>(Route.To("models", name, "versions", version, "gate", stage), cancel);

    /// <summary>Asks for a version to enter a stage.</summary>
    public Task<ApprovalRequestSummary> Ask(string name, string version, RequestApprovalRequest request, CancellationToken cancel = default) =>
        _transport.Post<ApprovalRequestSummary>(Route.To("models", name, "versions", version, "approval-requests"), request, cancel);

    /// <summary>Requests of the project, newest first.</summary>
    public Task<Page<ApprovalRequestSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ApprovalRequestSummary>>(Route.To("approval-requests").Page(cursor, limit), cancel);

    /// <summary>Requests that wait, each as it stands before the caller.</summary>
    public Task<IReadOnlyList<InboxItem>> Inbox(CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<InboxItem>>(Route.To("approval-requests", "inbox"), cancel);

    /// <summary>A request with its talk and its decisions; null when there is none.</summary>
    public Task<ApprovalRequestDetail?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<ApprovalRequestDetail>(Route.To("approval-requests", id), cancel);

    /// <summary>Signs a decision.</summary>
    public Task<ApprovalRequestDetail> Decide(string id, DecideRequestRequest decision, CancellationToken cancel = default) =>
        _transport.Post<ApprovalRequestDetail>(Route.To("approval-requests", id, "decisions"), decision, cancel);

    /// <summary>Adds a remark.</summary>
    public Task<ApprovalRequestDetail> Comment(string id, string text, CancellationToken cancel = default) =>
        _transport.Post<ApprovalRequestDetail>(Route.To("approval-requests", id, "comments"), new CommentRequestRequest(text), cancel);

    /// <summary>Takes a request back.</summary>
    public Task<ApprovalRequestSummary> Withdraw(string id, CancellationToken cancel = default) =>
        _transport.Post<ApprovalRequestSummary>(Route.To("approval-requests", id, "withdraw"), null, cancel);

    /// <summary>Takes a version past the human rules of a stage in an emergency, for some time; every other rule must hold.</summary>
    public Task<BrokenGlassSummary> BreakGlass(string name, string version, BreakGlassRequest emergency, CancellationToken cancel = default) =>
        _transport.Post<BrokenGlassSummary>(Route.To("models", name, "versions", version, "break-glass"), emergency, cancel);

    /// <summary>The newest emergencies of the project, at most 200, newest first.</summary>
    public Task<IReadOnlyList<BrokenGlassSummary>> Emergencies(CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<BrokenGlassSummary>>(Route.To("broken-glass"), cancel);

    /// <summary>Lends the caller's place on the lists of approvers to another person.</summary>
    public Task<DelegationSummary> Delegate(DelegateRequest delegation, CancellationToken cancel = default) =>
        _transport.Post<DelegationSummary>(Route.To("delegations"), delegation, cancel);

    /// <summary>The newest delegations of the project, at most 200, newest first.</summary>
    public Task<IReadOnlyList<DelegationSummary>> Delegations(CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<DelegationSummary>>(Route.To("delegations"), cancel);

    /// <summary>Ends a delegation that the caller made.</summary>
    public Task EndDelegation(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("delegations", id), cancel);

    /// <summary>Says what was found about an emergency afterwards.</summary>
    public Task<BrokenGlassSummary> Review(string id, ReviewGlassRequest review, CancellationToken cancel = default) =>
        _transport.Post<BrokenGlassSummary>(Route.To("broken-glass", id, "review"), review, cancel);
}
