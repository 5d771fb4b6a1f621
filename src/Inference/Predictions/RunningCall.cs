using System.Buffers;
using Assay.Inference.Explanations;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Predictions.Payloads;
using Assay.Inference.Processes;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>One call on its way: what it holds until its end, and where its time went.</summary>
internal sealed class RunningCall(HttpContext http, PredictCall call) : IDisposable
{
    private const string MembersHeader = "Assay-Members";

    private readonly CallContext _context = new(http, call.Target.Bounds);
    private ModelLease? _lease;
    private ServedModel? _model;
    private CallPayload? _payload;
    private string? _asks = call.Dialect.Question ?? (AskedExplanation.IsIn(http.Request) ? AskedExplanation.Name : null);
    private ExplanationWish? _asked;
    private bool _ended;
    private IDisposable? _turn;
    private CallDeadline? _deadline;

    /// <summary>Waits for its turn where only so many are let in, and has its time counted from here.</summary>
    /// <exception cref="RefusedRequestException">It is turned away.</exception>
    public async ValueTask Enter()
    {
        _deadline = CallDeadline.Begin(http, call.Dialect.Timeout(http.Request), _context.Bounds?.Timeout);
        if (call.Target.Gate is null)
            return;
        try
        {
            _turn = await call.Target.Enter(http);
        }
        finally
        {
            _context.HasQueued();   // also of a call that is turned away
        }
    }

    /// <summary>What a caller is told whose call took longer than it may; null when that isn't why it was given up.</summary>
    public Problem? TimeoutProblem() => _deadline?.Problem();

    /// <summary>Receives the body and reads it by the model's schema.</summary>
    public async ValueTask Read()
    {
        call.Dialect.CheckHeaders(http.Request);
        using var body = await RequestBody.Read(http.Request, _context.Bounds?.BodyBytesMax ?? InputLimits.BodyBytesMax, http.RequestAborted);
        call.Dialect.Unpack(http.Request, body);
        if (call.Router is { } router)
            Route(router, body.Bytes.Span);
        _lease ??= call.Slot.Acquire() ?? throw NoModel();
        _model = _lease.Model;
        if (call.Version is { } version && _model.Version != version)
            throw new RefusedRequestException(StatusCodes.Status404NotFound, "not-found", $"Version {version} doesn't answer any more. Leave the version out to ask what does.");
        _payload ??= CallPayload.Read(_context, call, _model, body);
        var inBody = _payload.Explain;
        if (inBody is not null)
            _asks ??= AskedExplanation.Name;
        _asked = _asks == AskedExplanation.Name ? AskedExplanation.Wish(http.Request, inBody, _model) : null;
        _context.HasRead();
        if (_context.Bounds?.RowsMax is { } rowsMax && _payload.RowsAsked > rowsMax)
        {
            throw new RefusedRequestException(
                StatusCodes.Status413PayloadTooLarge, "limit", $"The request has {_payload.RowsAsked} rows, and the endpoint allows {rowsMax}. Send them in several requests.");
        }
    }

    private RefusedRequestException NoModel() => call.Slot.IsEmptied
        ? new(StatusCodes.Status503ServiceUnavailable, "unavailable", $"The model was unloaded. POST /v2/repository/models/{call.Target.Endpoint}/load loads it again.") { IsLasting = true }
        : new(StatusCodes.Status503ServiceUnavailable, "unavailable", "No model is loaded here at the moment. Try again in a second.");

    // Rows that the right model has read already are kept.
    private void Route(ICallRouter router, ReadOnlySpan<byte> body)
    {
        _lease = router.Slot.Acquire();
        var table = _lease?.Model as TableModel;
        try
        {
            _payload = table is null ? null : RowsPayload.Read(_context, call, table, body);
        }
        catch (InvalidInputException)   // whoever is to answer reads it again, and says so
        {
            _payload = null;
        }

        call = router.Route(http, call, table, _payload?.Rows);
        if (call.Slot == router.Slot && _payload is not null)
            return;
        GiveModelBack();
        _payload?.Dispose();
        _payload = null;
    }

    public ValueTask Compute() => _asked is null ? _payload!.Compute(call) : _payload!.ComputeExplained(call, _asked);

    public async ValueTask Write()
    {
        if (_model!.Members is { } members)
            http.Response.Headers[MembersHeader] = members;
        if (_payload!.Given is { } given)
        {
            await WriteGiven(given);
            return;
        }

        var answer = _payload.Write(call);
        if (answer.Count >= BodyEncoding.AnswerBytesMin && !call.Dialect.HasTrailers)
            answer = BodyEncoding.Compress(http, answer);
        try
        {
            GiveModelBack();   // a caller that reads slowly doesn't keep a model that is to leave
            await Send(answer);
            _context.HasWritten();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer.Array!);
        }
    }

    private async ValueTask Send(ArraySegment<byte> answer)
    {
        if (call.Dialect.HasTrailers)
        {
            http.Response.BodyWriter.Write(answer);
            await http.Response.CompleteAsync();
            return;
        }

        http.Response.ContentLength = answer.Count;
        await http.Response.BodyWriter.WriteAsync(answer, http.RequestAborted);
    }

    private async ValueTask WriteGiven(ServerAnswer given)
    {
        GiveModelBack();
        http.Response.ContentType = given.ContentType ?? "application/json";
        http.Response.ContentLength = given.Body.Length;
        await http.Response.BodyWriter.WriteAsync(given.Body, http.RequestAborted);
        _context.HasWritten();
    }

    /// <summary>Counts the call and tells its observer; once, the first word counts.</summary>
    public void End(PredictOutcome outcome, Problem? problem)
    {
        if (_ended)
            return;
        _ended = true;
        if (outcome != PredictOutcome.Ok)
            _context.HasFailed();
        try
        {
            Tell(outcome, problem);
        }
        catch (Exception failure)   // of a counter or an observer: the call is answered already
        {
            CallPayload.NotCounted(http, call, failure);
        }
    }

    private void Tell(PredictOutcome outcome, Problem? problem)
    {
        var (times, answered) = (_context.Times, outcome == PredictOutcome.Ok ? _payload!.RowsAnswered : 0);
        if (_asks is not null)
            InferenceMetrics.RecordQuestion(call.Target, _asks, outcome, times.Total);
        else
            InferenceMetrics.Record(call.Target, outcome, answered, times.Total);
        call.Observer?.Ended(new EndedCall
        {
            Http = http,
            Question = _asks,
            Call = call,
            Model = _model,
            Rows = _payload?.Rows,
            Inputs = _payload?.Inputs,
            Passed = _payload?.Passed,
            Outputs = _payload?.Outputs,
            RowsAnswered = answered,
            RowsTogether = _context.RowsTogether ?? answered,
            Look = _context.Look,
            Predictions = _payload is null ? default : _payload.Predictions,
            Outcome = outcome,
            Problem = problem,
            Began = _context.Began,
            Times = times,
        });
    }

    /// <summary>Keeps its turn to the end of what it asked for, where that goes on without its caller.</summary>
    public void Leave(Exception how)
    {
        if (how is not CallGoesOnException { Ended: var ended } || _turn is not { } turn)
            return;
        _turn = null;
        _ = ended.ContinueWith(_ => turn.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public void Dispose()
    {
        GiveModelBack();
        _turn?.Dispose();
        _deadline?.Dispose();
        _payload?.Dispose();
        _payload = null;
    }

    private void GiveModelBack()
    {
        _lease?.Dispose();
        _lease = null;
    }
}
