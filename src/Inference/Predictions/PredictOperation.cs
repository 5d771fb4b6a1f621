using System.Buffers;
using System.Diagnostics;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Predictions;

/// <summary>How a prediction request went.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Rows">Rows that were answered.</param>
/// <param name="Seconds">From the reading of the body to the end of the answer.</param>
public readonly record struct PredictAnswer(PredictOutcome Outcome, int Rows, double Seconds);

/// <summary>
/// The one way in which a prediction is asked for over HTTP, in the platform and in the slim server: body to rows,
/// rows to predictions, predictions to answer, and a problem in one sentence when something is wrong. No database, no
/// service look-ups.
/// </summary>
public static class PredictOperation
{
    /// <summary>Answers a request with the model in the slot, and counts it.</summary>
    public static async Task<PredictAnswer> Answer(HttpContext http, ModelSlot slot, PredictTarget target)
    {
        var started = Stopwatch.GetTimestamp();
        var (outcome, rows) = await Try(http, slot);
        var answer = new PredictAnswer(outcome, rows, Stopwatch.GetElapsedTime(started).TotalSeconds);
        InferenceMetrics.Record(target, answer);
        return answer;
    }

    /// <summary>Answers 503 with a sentence, and counts it.</summary>
    public static async Task<PredictAnswer> Unavailable(HttpContext http, PredictTarget target, string problem)
    {
        await ProblemAnswer.Write(http, new Problem(StatusCodes.Status503ServiceUnavailable, "unavailable", problem));
        var answer = new PredictAnswer(PredictOutcome.Unavailable, 0, 0);
        InferenceMetrics.Record(target, answer);
        return answer;
    }

    private static async Task<(PredictOutcome Outcome, int Rows)> Try(HttpContext http, ModelSlot slot)
    {
        try
        {
            return (PredictOutcome.Ok, await Predict(http, slot));
        }
        catch (InvalidInputException problem)
        {
            await ProblemAnswer.Write(http, problem);
            return (PredictOutcome.Invalid, 0);
        }
        catch (RefusedRequestException problem)
        {
            await ProblemAnswer.Write(http, problem);
            return (problem.Status < 500 ? PredictOutcome.Invalid : PredictOutcome.Unavailable, 0);
        }
        catch (BadHttpRequestException problem)   // the server gave up on the body: too slow, cut off, badly framed
        {
            await (problem.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ProblemAnswer.Write(http, RequestBody.TooLarge())
                : ProblemAnswer.Write(http, new Problem(problem.StatusCode, "invalid", "The body couldn't be received. Send it again, whole.")));
            return (PredictOutcome.Invalid, 0);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return (PredictOutcome.Cancelled, 0);
        }
        catch (OnnxRuntimeException problem)
        {
            Log(http, problem);
            await ProblemAnswer.Write(http, new Problem(
                StatusCodes.Status500InternalServerError, "failed", "The model could not compute these rows. The server's log has the reason."));
            return (PredictOutcome.Failed, 0);
        }
    }

    private static async Task<int> Predict(HttpContext http, ModelSlot slot)
    {
        ContentType.Check(http.Request);
        ArraySegment<byte> answer;
        int rows;
        using (var body = await RequestBody.Read(http.Request, http.RequestAborted))
            (answer, rows) = Compute(slot, body.Bytes.Span, http.RequestAborted);

        try
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Count;
            await http.Response.BodyWriter.WriteAsync(answer, http.RequestAborted);
            return rows;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer.Array!);
        }
    }

    private static (ArraySegment<byte> Answer, int Rows) Compute(ModelSlot slot, ReadOnlySpan<byte> body, CancellationToken cancel)
    {
        using var lease = slot.Acquire() ?? throw new RefusedRequestException(
            StatusCodes.Status503ServiceUnavailable, "unavailable", "No model is loaded here at the moment. Try again in a second.");
        var model = (InferenceModel)lease.Model;   // no other kind is loaded yet
        using var rows = model.Read(body);
        var predictions = ArrayPool<float>.Shared.Rent(rows.Count);
        try
        {
            var filled = predictions.AsSpan(0, rows.Count);
            model.Predict(rows, filled, cancel);
            return (AnswerWriter.Write(filled), rows.Count);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(predictions);
        }
    }

    private static void Log(HttpContext http, OnnxRuntimeException problem) => http.RequestServices
        .GetRequiredService<ILoggerFactory>()
        .CreateLogger(typeof(PredictOperation))
        .LogError(problem, "A model could not compute the rows of a request.");
}
