using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;

namespace Assay.Monitoring.Labels;

/// <summary>What was true of a prediction.</summary>
/// <param name="Id">The answer's <c>Assay-Request-Id</c>.</param>
/// <param name="Label">One of the model's classes; of two also true or false, or these words, for the positive and the other one; for a regression a finite number.</param>
/// <param name="Row">Which row of the request, from 1; 1 when left out.</param>
/// <param name="At">When it became known; may be before the prediction.</param>
public sealed record NewLabel(
    [Required, StringLength(128, MinimumLength = 1)] string Id,
    JsonElement Label,
    [Range(1, 1_000_000)] int? Row = null,
    DateTimeOffset? At = null);

/// <summary>What became of labels that were posted. A label is counted with its prediction some seconds later.</summary>
/// <param name="Added">Labels of predictions that had none.</param>
/// <param name="Unchanged">Those that were known already.</param>
/// <param name="Corrected">Those that took the place of another label.</param>
/// <param name="Digest">SHA-256 of what was posted, as the ledger names it.</param>
public sealed record LabelsPosted(int Added, int Unchanged, int Corrected, string Digest);

/// <summary>A label with what is known of its prediction.</summary>
/// <param name="Id">The prediction's id.</param>
/// <param name="Row">Row of the request, from 1.</param>
/// <param name="Label">As it was posted last.</param>
/// <param name="State">Where it stands.</param>
/// <param name="PostedAt">When it was posted last.</param>
/// <param name="At">When it became known, as it was said.</param>
/// <param name="Corrections">How often it was replaced by another one.</param>
/// <param name="PredictedAt">When the prediction was made; null while it is not found.</param>
/// <param name="ModelVersion">The version that predicted.</param>
/// <param name="Prediction">What was predicted.</param>
public sealed record LabelSummary(
    string Id,
    int Row,
    string Label,
    OutcomeState State,
    DateTimeOffset PostedAt,
    DateTimeOffset? At,
    int Corrections,
    DateTimeOffset? PredictedAt,
    int? ModelVersion,
    double? Prediction)
{
    /// <summary>Of a model of several classes, the one that was answered; <c>Prediction</c> is its probability then.</summary>
    public string? PredictedClass { get; init; }

    /// <summary>What is unusual about it, in one sentence; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>Labels were posted, or numbers of the business; one event for all of a request.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Added">Those that are new.</param>
/// <param name="Corrected">Those that took the place of another value.</param>
/// <param name="Digest">SHA-256 of what was posted.</param>
internal sealed record LabelsPostedEvent(string Endpoint, int Added, int Corrected, string Digest)
    : LedgerEvent("labels.posted", $"endpoint:{Endpoint}");
