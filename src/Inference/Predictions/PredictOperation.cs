using Assay.Inference.Models;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Inference.Predictions;

/// <summary>
/// The one way in which a prediction is asked for over HTTP, in the platform and in the slim server, whatever the
/// dialect: body to rows, rows to predictions, predictions to answer, and a problem in one sentence when something is
/// wrong. No database, no service look-ups.
/// </summary>
public static class PredictOperation
{
    /// <summary>Answers a request, counts it and tells the call's observer.</summary>
    public static async Task Answer(HttpContext http, PredictCall call)
    {
        RequestId.Assign(http);
        using var running = new RunningCall(http, call);
        try
        {
            await running.Enter();
            await running.Read();
            await running.Compute();
            await running.Write();
            running.End(PredictOutcome.Ok, null);
        }
        catch (OperationCanceledException left) when (running.TimeoutProblem() is { } late)   // asked once: the caller may leave at any moment
        {
            running.Leave(left);
            await End(http, call, running, late);
        }
        catch (Exception left) when (HasLeft(http, left))
        {
            running.Leave(left);
            running.End(PredictOutcome.Cancelled, null);
        }
        catch (Exception exception) when (Problem.Of(exception) is { } problem)
        {
            if (exception is OnnxRuntimeException or ModelFailedException)
                Log(http, exception);
            await End(http, call, running, problem);
        }
        catch (Exception)   // a defect, which the host answers and logs; here it is only counted
        {
            running.End(PredictOutcome.Failed, null);
            throw;
        }
    }

    /// <summary>Answers without asking the model, in the dialect's form; counted and told to the observer like any call.</summary>
    public static async Task Refuse(HttpContext http, PredictCall call, Problem problem)
    {
        RequestId.Assign(http);
        using var running = new RunningCall(http, call);
        await End(http, call, running, problem);
    }

    // No fault of the model's, nor of a candidate's in a roll-out. A body whose end is missing is told to those who still listen.
    private static bool HasLeft(HttpContext http, Exception exception) =>
        exception is CallerLeftException
        || (exception is OperationCanceledException or BadHttpRequestException && http.RequestAborted.IsCancellationRequested);

    // Counted, too, where the caller has left and the words don't reach it.
    private static async Task End(HttpContext http, PredictCall call, RunningCall running, Problem problem)
    {
        try
        {
            await call.Dialect.WriteProblem(http, problem);
        }
        finally
        {
            running.End(problem.Outcome, problem);
        }
    }

    private static void Log(HttpContext http, Exception problem) => http.RequestServices
        .GetRequiredService<ILoggerFactory>()
        .CreateLogger(typeof(PredictOperation))
        .LogError(problem, "A model could not compute the rows of a request.");
}
