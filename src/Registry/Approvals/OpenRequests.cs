using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>Requests that wait.</summary>
internal sealed class OpenRequests(AssayDb db, ILedger ledger, Emergencies emergencies, TimeProvider clock)
{
    /// <summary>Name of the model that a request is about, by which the routes of requests are judged.</summary>
    public static Task<string?> ModelOf(HttpContext http, string id) => http.RequestServices.GetRequiredService<AssayDb>().ApprovalRequests
        .Where(request => request.Id == id).Select(request => (string?)request.Model).SingleOrDefaultAsync(http.RequestAborted);

    public Task<ApprovalRequest?> Find(ModelVersion version, string stage, CancellationToken cancel) =>
        db.ApprovalRequests.FirstOrDefaultAsync(
            request => request.Model == version.Model && request.Version == version.Version && request.Stage == stage && request.State == RequestState.Open, cancel);

    /// <summary>
    /// Notes that a request has got what it asked for; saved by the caller. While an emergency leads past the approvals it
    /// goes on waiting for them.
    /// </summary>
    public async Task Close(ModelVersion version, string stage, CancellationToken cancel)
    {
        if (await Find(version, stage, cancel) is { } request && await emergencies.Open(version, stage, clock.GetUtcNow(), cancel) is null)
            Close(request, RequestState.Promoted);
    }

    public void Close(ApprovalRequest request, RequestState state)
    {
        (request.State, request.ClosedAt) = (state, clock.GetUtcNow());
        ledger.Append(new ApprovalRequestClosed(request.Model, request.Version, request.Stage, request.Id, state));
    }
}
