using Assay.Inference.Models;
using Assay.Inference.Requests;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Predictions;

/// <summary>Why a call wasn't answered with predictions; each dialect says it in its own form.</summary>
/// <param name="Status">HTTP status: 400 for rows that the schema doesn't allow, 500 for a model that failed, and so on.</param>
/// <param name="Code">Short word for programs: <c>invalid</c>, <c>limit</c>, <c>unavailable</c>, <c>failed</c>.</param>
/// <param name="Detail">One or two sentences for people: what is wrong, and the remedy.</param>
public sealed record Problem(int Status, string Code, string Detail)
{
    private const string BusyCode = "busy";
    private const string DeadlineCode = "deadline";

    /// <summary>Row at fault, the first one being 1; null when it isn't about one row.</summary>
    public int? Row { get; init; }

    /// <summary>Column or input at fault; null when it isn't about one.</summary>
    public string? Column { get; init; }

    /// <summary>When to come again, in seconds; a 503 says a second unless told otherwise.</summary>
    public int? RetryAfterSeconds { get; init; } = Status == StatusCodes.Status503ServiceUnavailable ? 1 : null;

    /// <summary>The model's place is empty, or what is in it can't answer yet.</summary>
    public static Problem Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);

    /// <summary>The endpoint has all the calls that it lets in; the model is well.</summary>
    public static Problem Busy(string detail) => new(StatusCodes.Status503ServiceUnavailable, BusyCode, detail);

    /// <summary>The caller doesn't wait any longer, by its own word; the model is well.</summary>
    internal static Problem PastDeadline(TimeSpan patience) => new(
        StatusCodes.Status504GatewayTimeout, DeadlineCode, $"The call took longer than the {patience.TotalMilliseconds:0} ms that its caller allows.");

    /// <summary>What a caller is told of an exception; null for a defect, which the host answers.</summary>
    internal static Problem? Of(Exception exception) => exception switch
    {
        InvalidInputException invalid => new(StatusCodes.Status400BadRequest, "invalid", invalid.Message) { Row = invalid.Row, Column = invalid.Column },
        RefusedRequestException { RetryAfterSeconds: { } seconds } refused => new(refused.Status, refused.Code, refused.Message) { RetryAfterSeconds = seconds },
        RefusedRequestException { IsLasting: true } refused => new(refused.Status, refused.Code, refused.Message) { RetryAfterSeconds = null },
        RefusedRequestException refused => new(refused.Status, refused.Code, refused.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Of(RequestBody.TooLarge()),
        // The server gave up on the body: too slow, cut off, badly framed.
        BadHttpRequestException bad => new(bad.StatusCode, "invalid", "The body couldn't be received. Send it again, whole."),
        ModelUnavailableException gone => Unavailable(gone.Message) with { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(gone.RetryAfter.TotalSeconds)) },
        ModelFailedException failed => new(StatusCodes.Status500InternalServerError, "failed", failed.Message),
        OnnxRuntimeException => new(
            StatusCodes.Status500InternalServerError, "failed", "The model could not compute these rows. The server's log has the reason."),
        _ => null,
    };

    internal PredictOutcome Outcome => this switch
    {
        { Status: StatusCodes.Status429TooManyRequests } or { Code: BusyCode } => PredictOutcome.Limited,
        { Code: DeadlineCode } => PredictOutcome.Cancelled,
        { Status: < 500 } => PredictOutcome.Invalid,
        { Status: StatusCodes.Status503ServiceUnavailable } => PredictOutcome.Unavailable,
        _ => PredictOutcome.Failed,
    };
}
