using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;

namespace Assay.Monitoring.Reviews;

/// <summary>A prediction that waits for a human.</summary>
/// <param name="Id">Id of the review; sorts by when it was queued.</param>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Prediction">Id of the prediction, by which its inputs are found in the prediction log.</param>
/// <param name="Row">Row of the request, from 1.</param>
/// <param name="Kind">Why it waits.</param>
/// <param name="PredictedAt">When it was made.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Score">What was predicted.</param>
/// <param name="QueuedAt">Since when it waits.</param>
public sealed record ReviewSummary(
    string Id, string Endpoint, string Prediction, int Row, ReviewKind Kind, DateTimeOffset PredictedAt, string Model, int Version, double Score, DateTimeOffset QueuedAt)
{
    /// <summary>Of a model of several classes, the one that was answered; <c>Score</c> is its probability then.</summary>
    public string? Class { get; init; }
}

/// <summary>What a human decided about a prediction.</summary>
/// <param name="Id">Id of the review.</param>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Prediction">Id of the prediction.</param>
/// <param name="Row">Row of the request.</param>
/// <param name="Kind">Why it waited.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Score">What was predicted.</param>
/// <param name="Verdict">Which verdict.</param>
/// <param name="Decision">The label, or what was decided in the prediction's place; null when it stands.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Pseudonymous id of who decided.</param>
/// <param name="At">When.</param>
public sealed record VerdictSummary(
    string Id,
    string Endpoint,
    string Prediction,
    int Row,
    ReviewKind Kind,
    string Model,
    int Version,
    double Score,
    Verdict Verdict,
    string? Decision,
    string? Reason,
    string By,
    DateTimeOffset At);

/// <summary>A verdict to give.</summary>
/// <param name="Verdict"><c>labelled</c>, <c>overridden</c> or <c>dismissed</c>.</param>
/// <param name="Decision">For the first two: a class or number, as labels have it.</param>
/// <param name="Reason">Why, up to 1,000 characters; an override needs one. It stands in the ledger for good: name no people.</param>
public sealed record DecideReviewRequest([Required] Verdict? Verdict, JsonElement? Decision = null, [StringLength(ReviewVerdict.ReasonLengthMax)] string? Reason = null);

/// <summary>A human did not follow a prediction, and decided otherwise: human oversight at work.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Prediction">Id of the prediction.</param>
/// <param name="Row">Row of the request.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Decision">What was decided in its place.</param>
/// <param name="Reason">Why.</param>
internal sealed record PredictionOverridden(string Endpoint, string Prediction, int Row, string Model, int Version, string Decision, string Reason)
    : LedgerEvent("prediction.overridden", $"endpoint:{Endpoint}");

/// <summary>A human looked at a prediction, which stands, or said what was true of it.</summary>
internal sealed record PredictionReviewed(string Endpoint, string Prediction, int Row, string Model, int Version, Verdict Verdict)
    : LedgerEvent("prediction.reviewed", $"endpoint:{Endpoint}");
