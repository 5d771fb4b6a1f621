using System.Text;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Labels;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Reviews;

/// <summary>A human's verdict: what was true, what is decided in the prediction's place, or that it stands.</summary>
internal static class DecideReview
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/reviews/{id}", Handle)
        .WithName("DecideReview")
        .WithSummary("Gives a verdict on a prediction that waits: labelled, overridden or dismissed.")
        .Requires(MonitoringPermissions.ReviewsDecide, resource: "name");

    private static async Task<VerdictSummary> Handle(
        string name, string id, DecideReviewRequest request, WatchedEndpoints watched, IPredictionLog log, ReviewChange change, CancellationToken cancel)
    {
        watched.Require(name);
        var verdict = request.Verdict!.Value;
        if (!Enum.IsDefined(verdict))
            throw Refusal.Invalid("verdict", "A verdict is labelled, overridden or dismissed.");
        if (verdict == Verdict.Dismissed && request.Decision is not null)
            throw Refusal.Invalid("decision", "A prediction that stands has no other decision: leave it out, or choose labelled or overridden.");
        if (verdict == Verdict.Overridden && string.IsNullOrWhiteSpace(request.Reason))
            throw Refusal.Invalid("reason", "Say why the prediction is not followed: an override stands in the ledger as human oversight.");
        var decision = verdict == Verdict.Dismissed
            ? ((string Text, double Value)?)null
            : LabelMeaning.Of(name, log.Schema(name)).Read(request.Decision ?? default, "decision");
        return await change.Decide(name, id, new(verdict, decision, request.Reason), cancel);
    }
}

/// <summary>A verdict as it was read.</summary>
internal sealed record ReadVerdict(Verdict Verdict, (string Text, double Value)? Decision, string? Reason);

/// <summary>Takes a review out of the queue and keeps the verdict, with its events, in one transaction.</summary>
internal sealed class ReviewChange(AssayDb db, ILedger ledger, OutcomeBook book, Caller caller, TimeProvider clock)
{
    public async Task<VerdictSummary> Decide(string endpoint, string id, ReadVerdict read, CancellationToken cancel)
    {
        var item = await db.Reviews.SingleOrDefaultAsync(row => row.Endpoint == endpoint && row.Id == id, cancel);
        if (item is null)
        {
            throw await db.Verdicts.AnyAsync(row => row.Endpoint == endpoint && row.Id == id, cancel)
                ? Refusal.Conflict("Somebody decided on this prediction already: its verdict is among the verdicts.")
                : Refusal.NotFound("review", id);
        }

        var verdict = Of(item, read);
        db.Verdicts.Add(verdict);
        db.Reviews.Remove(item);
        ledger.Append(read.Verdict == Verdict.Overridden
            ? new PredictionOverridden(endpoint, item.Prediction, item.Row, item.Model, item.Version, verdict.Decision!, verdict.Reason!)
            : new PredictionReviewed(endpoint, item.Prediction, item.Row, item.Model, item.Version, read.Verdict));
        if (read is { Verdict: Verdict.Labelled, Decision: var (text, value) })
            await Label(endpoint, new(item.Prediction, item.Row, Outcome.Label, text, value, null), cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody decided, or the log forgot it, between our reading and our writing
        {
            throw Refusal.Conflict("Somebody decided on this prediction at the same moment: look at the queue again.");
        }

        return verdict.ToSummary();
    }

    private async Task Label(string endpoint, Said said, CancellationToken cancel)
    {
        var (added, _, corrected) = await book.Take(endpoint, [said], cancel);
        if (added + corrected > 0)
            ledger.Append(new LabelsPostedEvent(endpoint, added, corrected, Digest.Of(Encoding.UTF8.GetBytes($"{said.Prediction}\n{said.Row}\n{said.Text}")).ToString()));
    }

    private ReviewVerdict Of(ReviewItem item, ReadVerdict read) => new()
    {
        Id = item.Id,
        Endpoint = item.Endpoint,
        Prediction = item.Prediction,
        Row = item.Row,
        Kind = item.Kind,
        Model = item.Model,
        Version = item.Version,
        Score = item.Score,
        Verdict = read.Verdict,
        Decision = read.Decision?.Text,
        Reason = read.Reason,
        By = caller.Id,
        At = clock.GetUtcNow(),
    };
}
