using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.RegularExpressions;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Approvals;

/// <summary>A remark.</summary>
/// <param name="Text">In words; <c>@name</c> asks for the attention of the person who signs in by that name.</param>
public sealed record CommentRequestRequest([Required, StringLength(ApprovalRequest.ReasonLengthMax, MinimumLength = 1)] string Text);

internal static partial class CommentRequest
{
    private const int CommentsMax = 500;

    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/{id}/comments", Handle).WithName("CommentApprovalRequest").RequiresBehind(RegistryPermissions.Comment, "id", OpenRequests.ModelOf);

    private static async Task<ApprovalRequestDetail> Handle(
        string id, CommentRequestRequest request, HttpContext http, AssayDb db, RequestView view, ILedger ledger)
    {
        var cancel = http.RequestAborted;
        var row = await db.ApprovalRequests.AsNoTracking().SingleOrDefaultAsync(each => each.Id == id, cancel) ?? throw Refusal.NotFound("approval request", id);
        if (await db.RequestComments.CountAsync(comment => comment.RequestId == id, cancel) >= CommentsMax)
            throw Refusal.Limit(StatusCodes.Status409Conflict, $"A request has at most {CommentsMax} remarks.");

        var services = http.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var names = Mention().Matches(request.Text).Select(match => match.Groups[1].Value).Distinct().Take(20).ToList();
        var mentions = services.GetRequiredService<Deciders>().People("text", names);
        db.RequestComments.Add(new()
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            RequestId = id,
            Author = services.GetRequiredService<Caller>().Id,
            Text = request.Text,
            Mentions = string.Join(' ', mentions),
            At = now,
        });
        ledger.Append(new ApprovalCommented(row.Model, row.Version, id, Digest.Of(Encoding.UTF8.GetBytes(request.Text)).ToString(), mentions));
        await db.SaveChangesAsync(cancel);
        return await view.Describe(row, cancel);
    }

    // An e-mail address is no mention: nothing but white space or an opening bracket may stand before.
    [GeneratedRegex(@"(?<=^|[\s(])@([A-Za-z0-9][A-Za-z0-9._+@-]*[A-Za-z0-9])")]
    private static partial Regex Mention();
}
