using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>A request as it stands before its reader.</summary>
/// <param name="Request">The request.</param>
/// <param name="Lists">Every list of approvers and how far it is.</param>
/// <param name="MayDecide">Whether the reader may decide on it and has not yet.</param>
/// <param name="Mentioned">Whether the reader's attention is asked for.</param>
public sealed record InboxItem(ApprovalRequestSummary Request, IReadOnlyList<ApproverList> Lists, bool MayDecide, bool Mentioned);

/// <summary>Requests of the project, newest first; the inbox has those that wait, each as it stands before its reader.</summary>
internal static class ListRequests
{
    private const int InboxMax = 100;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", All).WithName("ListApprovalRequests").RequiresOnAny(RegistryPermissions.Read);
        group.MapGet("/inbox", Inbox).WithName("ApprovalInbox").RequiresOnAny(RegistryPermissions.Read);
    }

    private static async Task<Page<ApprovalRequestSummary>> All(
        [AsParameters] PageRequest page, AssayDb db, Deciders deciders, IAccess access, CancellationToken cancel)
    {
        var (reach, after) = (access.Reach(RegistryPermissions.Read), page.AfterId());
        var rows = await reach.Within(db.ApprovalRequests.AsNoTracking(), row => row.Model)
            .Where(row => after == null || string.Compare(row.Id, after) < 0)
            .OrderByDescending(row => row.Id).Take(page.Size + 1).ToListAsync(cancel);
        var requests = new List<ApprovalRequestSummary>();
        foreach (var row in rows)
            requests.Add(await RequestView.Summarize(row, deciders, cancel));
        return page.Of(requests, request => request.Id);
    }

    private static async Task<IReadOnlyList<InboxItem>> Inbox(AssayDb db, InboxReader reader, IAccess access, CancellationToken cancel)
    {
        var reach = access.Reach(RegistryPermissions.Read);
        var rows = await reach.Within(db.ApprovalRequests.AsNoTracking(), row => row.Model)
            .Where(row => row.State == RequestState.Open)
            .OrderByDescending(row => row.Id).Take(InboxMax).ToListAsync(cancel);
        var items = new List<InboxItem>();
        foreach (var row in rows)
            items.Add(await reader.Item(row, cancel));
        return items;
    }
}

/// <summary>How a request stands before the caller.</summary>
internal sealed class InboxReader(VersionBook book, PolicyBook policies, HumanRules people, Ballots ballots, Deciders deciders)
{
    public async Task<InboxItem> Item(ApprovalRequest row, CancellationToken cancel)
    {
        var version = await book.Get(row.Model, $"{row.Version}", cancel);
        var policy = await policies.Decisive(row.Stage, cancel);
        var standing = await people.Standing(version, row.Stage, policy, cancel);
        var ballot = await ballots.Of(version, row.Stage, policy, actingFor: null, cancel);
        var hasDecided = standing.Decisions.Any(decision => decision.Problem is null && decision.Person == ballot.Person?.Id);
        var summary = await RequestView.Summarize(row, deciders, cancel);
        return new(
            summary,
            standing.Lists,
            !hasDecided && (ballot.WhyNot is null || ballot.OtherPlaces.Count > 0),
            ballot.Person is { } person && summary.Mentions.Contains(person.Human));
    }
}
