using System.Text.Json;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>A call as the log has it.</summary>
/// <param name="Id">By which its caller knows it: <c>Assay-Request-Id</c> of the answer.</param>
/// <param name="At">When it began.</param>
/// <param name="Model">Name of the model; null where none was reached.</param>
/// <param name="Version">Version of the model.</param>
/// <param name="Digest">Root digest of the version's package.</param>
/// <param name="Arm">Part of a roll-out that answered; null without one.</param>
/// <param name="Reason">Why this part.</param>
/// <param name="Outcome"><c>ok</c>, <c>invalid</c>, <c>unavailable</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Status">HTTP status of the answer; 499 when the caller went away.</param>
/// <param name="Problem">What the caller was told instead of predictions.</param>
/// <param name="Caller">Pseudonymous id of the caller, as the ledger names actors.</param>
/// <param name="Milliseconds">Where the time went.</param>
/// <param name="RowCount">Rows of the request; 0 where it could not be read.</param>
/// <param name="Rows">The first of them.</param>
public sealed record LoggedPrediction(
    string Id,
    DateTimeOffset At,
    string? Model,
    int? Version,
    string? Digest,
    string? Arm,
    string? Reason,
    string Outcome,
    int Status,
    string? Problem,
    string Caller,
    LoggedMilliseconds Milliseconds,
    int RowCount,
    IReadOnlyList<LoggedRow> Rows)
{
    /// <summary>
    /// What is kept of the inputs of a model of tensors: each with <c>name</c>, <c>datatype</c> and <c>shape</c>, and its <c>data</c>, or of a
    /// large one its <c>digest</c>, or its <c>hash</c>. Null for a table.
    /// </summary>
    public JsonElement? Inputs { get; init; }
}

/// <summary>Where the time of a call went.</summary>
/// <param name="Read">Receiving the body and checking it.</param>
/// <param name="Queue">Waiting to be computed.</param>
/// <param name="Compute">In the model.</param>
/// <param name="Write">Writing the answer.</param>
public sealed record LoggedMilliseconds(float Read, float Queue, float Compute, float Write)
{
    private const int Digits = 4;   // a tenth of a microsecond, below which the clock says nothing

    internal LoggedMilliseconds Rounded() => new(MathF.Round(Read, Digits), MathF.Round(Queue, Digits), MathF.Round(Compute, Digits), MathF.Round(Write, Digits));
}

/// <summary>A row of a call.</summary>
/// <param name="Row">Its place, from 1.</param>
/// <param name="Prediction">What was answered; null for none.</param>
/// <param name="Inputs">What is kept of the inputs by column: <c>input_…</c> with the value, <c>hash_…</c> with its hash; null where it was missing.</param>
public sealed record LoggedRow(int Row, float? Prediction, IReadOnlyDictionary<string, object?> Inputs);
