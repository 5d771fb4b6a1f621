using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Idempotency;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Registry.Models;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>That a version is to enter a stage.</summary>
/// <param name="Reason">Why, for those who decide.</param>
/// <param name="Stage"><c>Production</c> or <c>Staging</c>.</param>
/// <param name="Mentions">User names of people whose attention is asked for.</param>
public sealed record RequestApprovalRequest(
    [Required, StringLength(ApprovalRequest.ReasonLengthMax, MinimumLength = 1)] string Reason,
    [StringLength(40)] string Stage = Models.Stage.Production,
    [MaxLength(20)] IReadOnlyList<string>? Mentions = null);

internal static class RequestApproval
{
    public static void Map(RouteGroupBuilder models) =>
        models.MapPost("/{name}/versions/{version}/approval-requests", Handle).WithName("RequestApproval").Requires(RegistryPermissions.Write, "name").Idempotent();

    private static async Task<Created<ApprovalRequestSummary>> Handle(
        string name, string version, RequestApprovalRequest request, RequestDesk desk, VersionBook book, CancellationToken cancel)
    {
        var made = await desk.Make(await book.Get(name, version, cancel), Stage.Gated(request.Stage), request, cancel);
        return TypedResults.Created($"/api/v1/approval-requests/{made.Id}", made);
    }
}

/// <summary>Makes requests.</summary>
internal sealed class RequestDesk(
    AssayDb db, ILedger ledger, PolicyBook policies, OpenRequests open, Emergencies emergencies, Deciders deciders, Caller caller, TimeProvider clock)
{
    public async Task<ApprovalRequestSummary> Make(ModelVersion version, string stage, RequestApprovalRequest request, CancellationToken cancel)
    {
        if (version.Stage == stage && await emergencies.Open(version, stage, clock.GetUtcNow(), cancel) is null)
            throw Refusal.Conflict($"{version.Model} version {version.Version} is in {stage} already.");
        if ((await policies.Decisive(stage, cancel)).Rules.Approvals.Count == 0)
            throw Refusal.Conflict($"The policy of {stage} asks for no approvals: promote the version.");
        if (await open.Find(version, stage, cancel) is { } other)
            throw Refusal.Conflict($"Request {other.Id} asks for that already; see {DecisionPage.Of(db.CurrentProject!, version, stage)}.");

        var mentions = deciders.People("mentions", request.Mentions);
        var row = new ApprovalRequest
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"),
            Model = version.Model,
            Version = version.Version,
            Digest = version.Digest,
            Stage = stage,
            Reason = request.Reason,
            RequestedBy = caller.Id,
            Mentions = string.Join(' ', mentions),
            At = clock.GetUtcNow(),
            State = RequestState.Open,
        };
        db.ApprovalRequests.Add(row);
        (await db.Models.SingleAsync(model => model.Name == version.Model, cancel)).Changes++;   // of two requests at once one is refused
        ledger.Append(new ApprovalRequested(row.Model, row.Version, row.Digest, stage, row.Id, mentions));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Refusal.Conflict($"{version.Model} was changed at the same time. Look at it, and ask again.");
        }

        return await RequestView.Summarize(row, deciders, cancel);
    }
}
