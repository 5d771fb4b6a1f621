using Assay.Inference.Counts;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Predictions;

/// <summary>Is told of calls as they end.</summary>
public interface ICallObserver
{
    /// <summary>
    /// A call ended, well or not; on the request's own thread, so that it may neither block nor throw. What it wants to
    /// keep of rows and predictions it copies: their memory is used again afterwards.
    /// </summary>
    void Ended(in EndedCall ended);
}

/// <summary>A call that ended.</summary>
public readonly ref struct EndedCall
{
    /// <summary>The request; its answer is written.</summary>
    public required HttpContext Http { get; init; }

    /// <summary>What it was to be answered with.</summary>
    public required PredictCall Call { get; init; }

    /// <summary>What was asked that is no prediction, <c>explain</c> or <c>counterfactuals</c>: such a call counts for no one's traffic, but for limits and the log. Null for predictions.</summary>
    public string? Question { get; init; }

    /// <summary>Whether predictions were asked for, and nothing about them.</summary>
    public bool IsPrediction => Question is null;

    /// <summary>The model that was asked, for its schema and identity: it may have been freed since. Null when none was reached.</summary>
    public ServedModel? Model { get; init; }

    /// <summary>What was read; null when the body couldn't be.</summary>
    public PredictionRows? Rows { get; init; }

    /// <summary>What was read for a model that is no table; null otherwise.</summary>
    public IReadOnlyList<NamedTensor>? Inputs { get; init; }

    /// <summary>A small body that was passed on to another program unread, as it was; null for any other.</summary>
    public PassedInputs? Passed { get; init; }

    /// <summary>What such a model answered; null unless it did.</summary>
    public IReadOnlyList<NamedTensor>? Outputs { get; init; }

    /// <summary>Rows that were asked about; of tensors, their first dimension; of a body that was passed on unread, one if it was answered.</summary>
    public int RowsAsked => Rows?.Count ?? (Inputs is [{ Shape: [var rows, ..] }, ..] ? (int)Math.Min(rows, int.MaxValue) : RowsAnswered);

    /// <summary>Rows that were answered; of tensors, their first dimension.</summary>
    public int RowsAnswered { get; init; }

    /// <summary>One per row; empty unless every row was computed.</summary>
    public ReadOnlySpan<float> Predictions { get; init; }

    /// <summary>How it ended.</summary>
    public required PredictOutcome Outcome { get; init; }

    /// <summary>What the caller was told instead of predictions; null when it was answered or went away.</summary>
    public Problem? Problem { get; init; }

    /// <summary>
    /// Rows of the computation that this call stands for: its own, or with them those of other calls, of which then one stands for all
    /// and the others for none; none of an answer from memory.
    /// </summary>
    public int RowsTogether { get; init; }

    /// <summary>Whether the answer was looked for in memory.</summary>
    public KeptLook Look { get; init; }

    /// <summary>When it began, by <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Began { get; init; }

    /// <summary>Where the time went.</summary>
    public CallTimes Times { get; init; }

    /// <summary>Names the call in logs.</summary>
    public string RequestId => Http.TraceIdentifier;
}

/// <summary>A body that was passed on to another program.</summary>
/// <param name="Length">Its bytes.</param>
/// <param name="Read">Reads it as tensors, as far as it is rows, columns or named arrays in JSON; nothing of any other.</param>
public sealed record PassedInputs(int Length, Func<IReadOnlyList<NamedTensor>> Read)
{
    private const int BytesMax = 1 << 14;

    internal static PassedInputs? Of(byte[]? body, ServedModel? model) => body is not { Length: <= BytesMax } || model is null
        ? null
        : new(body.Length, () => PassedTensors.Read(body, model.Signature.Inputs, "inputs"));
}

/// <summary>A look for an answer in memory.</summary>
/// <param name="IsKept">Whether it was there; null where none is kept.</param>
/// <param name="Seconds">How long it took.</param>
public readonly record struct KeptLook(bool? IsKept, double Seconds);

/// <summary>Where the time of a call went, in seconds.</summary>
/// <param name="Read">Receiving the body and checking it by the schema.</param>
/// <param name="Queue">Waiting for its turn, and for other rows to be computed with.</param>
/// <param name="Compute">In the model.</param>
/// <param name="Write">Writing the answer and handing it over.</param>
public readonly record struct CallTimes(double Read, double Queue, double Compute, double Write)
{
    /// <summary>From the reading of the body to the end of the answer.</summary>
    public double Total => Read + Queue + Compute + Write;
}
