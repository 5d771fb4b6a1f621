using System.Diagnostics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Reading;
using Assay.Serving.PredictionLog.Sinks;

namespace Assay.Serving.PredictionLog.Capture;

/// <summary>Takes a copy of each call as it ends, on the thread that answered it.</summary>
internal sealed class CallLog(CallQueue queue, LivePolicies policies, SinkSenders sinks, TimeProvider clock)
{
    private const int ClientClosedRequest = 499;
    private const float Thousand = 1000;

    /// <param name="ended">The call.</param>
    /// <param name="arm">Part of a roll-out that answered; null without one.</param>
    /// <param name="reason">Why this part.</param>
    public void Offer(in EndedCall ended, string? arm, string? reason)
    {
        var target = ended.Call.Target;
        if (!policies.Of(target.Project, target.Endpoint).Enabled && sinks.Find(target.Project, target.Endpoint) is null)
            return;
        if (queue.Rent(target.Project, target.Endpoint) is not { } call)
            return;

        call.Id = ended.RequestId;
        call.At = Wall(ended.Began);
        call.Served = ended.Model?.Identity as ServedEndpoint;
        call.Schema = (ended.Model as TableModel)?.Schema;
        call.Signature = call.Schema is null ? ended.Model?.Signature : null;
        call.Answer = ended.Model?.RowAnswer;
        (call.Arm, call.Reason) = (arm, AnswerQuery.Reason(reason, ended.Question));
        call.Outcome = ended.Outcome;
        call.Status = ended.Problem?.Status ?? Status(ended.Outcome);
        call.Problem = ended.Problem;
        call.Caller = ended.Http.RequestServices.GetRequiredService<Caller>().Id;
        call.Times = new(
            (float)ended.Times.Read * Thousand, (float)ended.Times.Queue * Thousand, (float)ended.Times.Compute * Thousand, (float)ended.Times.Write * Thousand);
        if (ended.Rows is { } rows && rows.Width == call.Schema?.Inputs.Count)
            call.Take(rows.Count, rows.Cells, ended.Predictions);
        else if (ended is { Outputs: { } outputs, Outcome: PredictOutcome.Ok, Model.RowAnswer: { } answer })
            call.Take(answer, outputs);
        if (call.Schema is null && ended.Inputs is { } inputs)
            call.Take(inputs, ended.Model?.Columns);
        else if (call.Schema is null && ended.Passed is { } passed)
            call.Take(passed.Read, passed.Length);
        queue.Offer(call);
    }

    private static int Status(PredictOutcome outcome) => outcome switch
    {
        PredictOutcome.Ok => StatusCodes.Status200OK,
        PredictOutcome.Cancelled => ClientClosedRequest,
        _ => StatusCodes.Status500InternalServerError,
    };

    // To the microsecond, as files have it: a place in the log stays the same when its calls get their file. By the begin and not by
    // how long the call took: a thread that is held up between its answer and here would be logged after the caller's next call.
    private DateTimeOffset Wall(long began)
    {
        var ticks = clock.GetUtcNow().UtcTicks - Stopwatch.GetElapsedTime(began).Ticks;
        return new(ticks - ticks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }
}
