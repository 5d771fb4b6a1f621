using System.Diagnostics;
using System.Text.Json;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Explanations;

/// <summary>
/// The one way in which a model is asked something else than a prediction or its reasons, in the platform and in the slim
/// server: body, turn, computation, answer as JSON or a problem in the dialect's form. These questions compute for long, as
/// explanations do, so only as many run at a time as leave half of the cores to predictions.
/// </summary>
internal static class ModelQuestion
{
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private static int _waiting;

    /// <param name="http">The request.</param>
    /// <param name="call">The model, its names in metrics, and how problems are said.</param>
    /// <param name="question">What is asked, as metrics call it.</param>
    /// <param name="compute">From model and body to the answer.</param>
    public static async Task Answer<T>(HttpContext http, PredictCall call, string question, Func<InferenceModel, ReadOnlyMemory<byte>, T> compute)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = PredictOutcome.Failed;
        try
        {
            call.Dialect.CheckHeaders(http.Request);
            using var turn = await call.Target.Enter(http);
            using var body = await RequestBody.Read(http.Request, call.Target.Bounds?.BodyBytesMax ?? InputLimits.BodyBytesMax, http.RequestAborted);
            var answer = await InTurn(() => Compute(call.Slot, body.Bytes, compute), http.RequestAborted);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer, http.RequestAborted);
            outcome = PredictOutcome.Ok;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            outcome = PredictOutcome.Cancelled;
        }
        catch (Exception exception) when (Problem.Of(exception) is { } problem)
        {
            if (exception is OnnxRuntimeException)
                Log(http, exception);
            outcome = problem.Outcome;
            await call.Dialect.WriteProblem(http, problem);
        }
        finally
        {
            InferenceMetrics.RecordQuestion(call.Target, question, outcome, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private static byte[] Compute<T>(ModelSlot slot, ReadOnlyMemory<byte> body, Func<InferenceModel, ReadOnlyMemory<byte>, T> compute)
    {
        using var lease = slot.Acquire() ?? throw new RefusedRequestException(
            StatusCodes.Status503ServiceUnavailable, "unavailable", "No model is loaded here at the moment. Try again in a second.");
        var model = lease.Model as InferenceModel ?? throw AskedExplanation.NotExplainable();
        return JsonSerializer.SerializeToUtf8Bytes(compute(model, body), PackageJson.Options);
    }

    /// <summary>Computes when it is its turn.</summary>
    /// <exception cref="RefusedRequestException">Too many wait.</exception>
    public static async Task<T> InTurn<T>(Func<T> compute, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > ExplanationLimits.WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusedRequestException(
                StatusCodes.Status503ServiceUnavailable, "unavailable", "Too many explanations are asked for at the same time. Try again in a second.");
        }

        try
        {
            await Turns.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return compute();
        }
        finally
        {
            Turns.Release();
        }
    }

    private static void Log(HttpContext http, Exception problem) => http.RequestServices
        .GetRequiredService<ILoggerFactory>()
        .CreateLogger(typeof(ModelQuestion))
        .LogError(problem, "A model could not compute the rows of a request.");
}
