using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;
using Microsoft.Extensions.Logging;

namespace Assay.Inference.Predictions;

/// <summary>One call on its way: what it holds until its end, and where its time went.</summary>
internal sealed class RunningCall(HttpContext http, PredictCall call) : IDisposable
{
    private const string MembersHeader = "Assay-Members";

    private long _from = Stopwatch.GetTimestamp();
    private ModelLease? _lease;
    private ServedModel? _model;
    private TableModel? _table;
    private TensorQuestion _question;
    private IReadOnlyList<NamedTensor>? _answer;
    private byte[]? _passed;
    private ServerAnswer? _given;
    private PredictionRows? _rows;
    private AnswerWish? _wish;
    private string? _asks = call.Dialect.Question ?? (AskedExplanation.IsIn(http.Request) ? AskedExplanation.Name : null);
    private ExplanationWish? _asked;
    private ExplanationAnswer? _explanation;
    private float[] _predictions = [];
    private bool _computed;
    private int? _rowsTogether;   // null for the call's own
    private CallTimes _times;
    private KeptLook _look;
    private bool _ended;
    private IDisposable? _turn;
    private CallDeadline? _deadline;

    private CallBounds? Bounds { get; } = call.Target.Bounds;

    /// <summary>Waits for its turn where only so many are let in, and has its time counted from here.</summary>
    /// <exception cref="RefusedRequestException">It is turned away.</exception>
    public async ValueTask Enter()
    {
        _deadline = CallDeadline.Begin(http, call.Dialect.Timeout(http.Request), Bounds?.Timeout);
        if (call.Target.Gate is null)
            return;
        try
        {
            _turn = await call.Target.Enter(http);
        }
        finally
        {
            _times = _times with { Queue = Lap() };   // also of a call that is turned away
        }
    }

    /// <summary>What a caller is told whose call took longer than it may; null when that isn't why it was given up.</summary>
    public Problem? TimeoutProblem() => _deadline?.Problem();

    /// <summary>Receives the body and reads it by the model's schema.</summary>
    public async ValueTask Read()
    {
        call.Dialect.CheckHeaders(http.Request);
        using var body = await RequestBody.Read(http.Request, Bounds?.BodyBytesMax ?? InputLimits.BodyBytesMax, http.RequestAborted);
        call.Dialect.Unpack(http.Request, body);
        if (call.Router is { } router)
            Route(router, body.Bytes.Span);
        _lease ??= call.Slot.Acquire() ?? throw new RefusedRequestException(
            StatusCodes.Status503ServiceUnavailable, "unavailable", "No model is loaded here at the moment. Try again in a second.");
        _model = _lease.Model;
        if (call.Version is { } version && _model.Version != version)
            throw new RefusedRequestException(StatusCodes.Status404NotFound, "not-found", $"Version {version} doesn't answer any more. Leave the version out to ask what does.");
        _table = _model as TableModel;
        if (_table is not null)
            _rows ??= call.Dialect.Read(http.Request, _table, body.Bytes.Span, out _wish);
        else if (_model is ForwardingModel program && call.Dialect.PassesBodies && program.Passes(body.Bytes.Span))
            _passed = body.Bytes.ToArray();
        else
            _question = call.Dialect.ReadTensors(http.Request, _model, body.Bytes);
        var inBody = _passed is not null ? PassedBody.AskedIn(_passed) : (_wish ?? _question.Wish)?.Explain;
        if (inBody is not null)
            _asks ??= AskedExplanation.Name;
        _asked = _asks == AskedExplanation.Name ? AskedExplanation.Wish(http.Request, inBody, _model) : null;
        _times = _times with { Read = Lap() };
        if (Bounds?.RowsMax is { } rowsMax && RowsAsked > rowsMax)
        {
            throw new RefusedRequestException(
                StatusCodes.Status413PayloadTooLarge, "limit", $"The request has {RowsAsked} rows, and the endpoint allows {rowsMax}. Send them in several requests.");
        }
    }

    // Rows that the right model has read already are kept.
    private void Route(ICallRouter router, ReadOnlySpan<byte> body)
    {
        _lease = router.Slot.Acquire();
        var table = _lease?.Model as TableModel;
        try
        {
            _rows = table is null ? null : call.Dialect.Read(http.Request, table, body, out _wish);
        }
        catch (InvalidInputException)   // whoever is to answer reads it again, and says so
        {
            _rows = null;
        }

        call = router.Route(http, call, table, _rows);
        if (call.Slot == router.Slot && _rows is not null)
            return;
        GiveModelBack();
        _rows?.Dispose();
        (_rows, _wish) = (null, null);
    }

    public ValueTask Compute()
    {
        if (_table is null)
            return _asked is null ? ComputeTensors() : ExplainTensors(_asked);
        if (_asked is not null)
            return Explain(_table, _asked);
        if (_wish?.Counterfactuals is { } sought)
            return Find(_table, sought);
        _predictions = ArrayPool<float>.Shared.Rent(_rows!.Count);
        if (_table is not InferenceModel { IsCompiled: true } compiled)   // it takes a time that nobody knows
            return ComputeAmongOthers(_table);
        var key = Bounds?.Cache is null ? default : PredictionCache.KeyOf(compiled, _rows);
        if (Bounds?.Cache is not { } cache || !FindKept(compiled, cache, key))
        {
            compiled.Predict(_rows, Predictions, http.RequestAborted);
            Bounds?.Cache?.Put(key, Predictions);
        }

        Computed();
        return default;
    }

    private async ValueTask Explain(TableModel table, ExplanationWish asked)
    {
        _explanation = await CallExplanation.OfRows(table, _rows!, asked, http.RequestAborted);
        _predictions = ArrayPool<float>.Shared.Rent(_rows!.Count);
        for (var row = 0; row < _rows.Count; row++)
            _predictions[row] = _explanation.Explanations[row].Prediction;
        Computed();
    }

    private async ValueTask ExplainTensors(ExplanationWish asked)
    {
        (_answer, _explanation) = await (_passed is null
            ? CallExplanation.OfTensors(_model!, _question, asked, http.RequestAborted)
            : CallExplanation.OfBody((ForwardingModel)_model!, call.Dialect.Rows(http.Request, _model!, _passed), asked, http.RequestAborted));
        _times = _times with { Compute = Lap() };
    }

    private async ValueTask Find(TableModel table, CounterfactualRequest sought)
    {
        var found = await ModelQuestion.InTurn(() => CounterfactualOperation.Find(table, sought, _rows!.Cells.ToArray(), http.RequestAborted), http.RequestAborted);
        _given = new(StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(found, PackageJson.Of<CounterfactualAnswer>()));
        _predictions = ArrayPool<float>.Shared.Rent(1);
        _predictions[0] = found.Prediction;
        Computed();
    }

    private async ValueTask ComputeAmongOthers(TableModel table)
    {
        var key = Bounds?.Cache is not null ? PredictionCache.KeyOf(table, _rows!) : default;
        if (Bounds?.Cache is not { } cache || !FindKept(table, cache, key))
        {
            WaitedUntil(await table.PredictAmongOthers(_rows!, PredictionsMemory, http.RequestAborted));
            Bounds?.Cache?.Put(key, Predictions);
            if (!table.CountsItself)
                Count(table);
        }

        Computed();
    }

    private void Computed() => (_computed, _times) = (true, _times with { Compute = Lap() });

    // Rows that were computed with others had to wait for those before them.
    private void WaitedUntil(ComputedTurn turn)
    {
        _rowsTogether = turn.Rows;
        if (turn.Began is not (> 0 and var began))
            return;
        _times = _times with { Queue = _times.Queue + Math.Max(0, Stopwatch.GetElapsedTime(_from, began).TotalSeconds) };
        _from = Math.Max(_from, began);
    }

    private async ValueTask ComputeTensors()
    {
        if (_passed is not null)
        {
            var type = http.Request.ContentType ?? "application/json";
            var key = Bounds?.Cache is null ? default : PredictionCache.KeyOf(_model!, _passed, type);
            if (!FindKept(key, out _given))
            {
                _given = await ((ForwardingModel)_model!).Forward(_passed, type, http.RequestAborted);
                Bounds?.Cache?.Put(key, _given);
            }
        }
        else
        {
            var key = Bounds?.Cache is null ? default : PredictionCache.KeyOf(_model!, _question);
            if (!FindKept(key, out _answer))
            {
                (_answer, var turn) = await _model!.InferAmongOthers(_question.Inputs, _question.Outputs, http.RequestAborted);
                WaitedUntil(turn);
                Bounds?.Cache?.Put(key, _answer);
            }
        }

        Count(_model!);
        _times = _times with { Compute = Lap() };
    }

    private void Count(ServedModel model)
    {
        try
        {
            if (model is TableModel table)
                table.Count(_rows!, Predictions);
            else if (_given is not null)
                model.Counts.Add(_passed, _given.Body);
            else
                model.Counts.Add(_question.Inputs, _answer!);
        }
        catch (Exception problem)   // whatever it is, counting is for monitoring, which never keeps an answer from its caller
        {
            NotCounted(problem);
        }
    }

    private void NotCounted(Exception problem)
    {
        InferenceMetrics.CountingFailed();
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger<RunningCall>()
            .LogError(problem, "A call of endpoint {Endpoint} could not be counted.", call.Target.Endpoint);
    }

    // What is answered from memory counts for monitoring like everything else that was asked.
    private bool FindKept(TableModel table, PredictionCache cache, CacheKey key)
    {
        var from = Stopwatch.GetTimestamp();
        if (!Looked(cache.TryGet(key, Predictions), from))
            return false;
        table.Count(_rows!, Predictions);
        return true;
    }

    private bool FindKept<T>(CacheKey key, [NotNullWhen(true)] out T? kept)
        where T : class
    {
        kept = null;
        var from = Stopwatch.GetTimestamp();
        return Bounds?.Cache is { } cache && Looked(cache.TryGet(key, out kept), from);
    }

    private bool Looked(bool hit, long from)
    {
        _look = new(hit, Stopwatch.GetElapsedTime(from).TotalSeconds);
        http.Response.Headers[PredictionCache.Header] = hit ? "hit" : "miss";
        InferenceMetrics.Looked(call.Target, hit);
        return hit;
    }

    public async ValueTask Write()
    {
        if (_model!.Members is { } members)
            http.Response.Headers[MembersHeader] = members;
        if (_given is not null)
        {
            await WriteGiven(_given);
            return;
        }

        var answer = _explanation is not null
            ? call.Dialect.WriteExplained(http.Response, call, _wish ?? _question.Wish, new(_model, _explanation, _answer))
            : _table is null
            ? call.Dialect.WriteTensors(http.Response, new(call, _model!, _question.Wish, _answer!))
            : call.Dialect.Write(http.Response, new(call, _table, _wish, Predictions));
        if (answer.Count >= BodyEncoding.AnswerBytesMin && !call.Dialect.HasTrailers)
            answer = BodyEncoding.Compress(http, answer);
        try
        {
            GiveModelBack();   // a caller that reads slowly doesn't keep a model that is to leave
            await Send(answer);
            _times = _times with { Write = Lap() };
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
        _times = _times with { Write = Lap() };
    }

    /// <summary>Counts the call and tells its observer; once, the first word counts.</summary>
    public void End(PredictOutcome outcome, Problem? problem)
    {
        if (_ended)
            return;
        _ended = true;
        if (outcome != PredictOutcome.Ok)
            _times = _times with { Write = _times.Write + Lap() };
        try
        {
            Tell(outcome, problem);
        }
        catch (Exception failure)   // of a counter or an observer: the call is answered already
        {
            NotCounted(failure);
        }
    }

    private void Tell(PredictOutcome outcome, Problem? problem)
    {
        if (_asks is not null)
            InferenceMetrics.RecordQuestion(call.Target, _asks, outcome, _times.Total);
        else
            InferenceMetrics.Record(call.Target, outcome, RowsAnswered(outcome), _times.Total);
        call.Observer?.Ended(new EndedCall
        {
            Http = http,
            Question = _asks,
            Call = call,
            Model = _model,
            Rows = _rows,
            Inputs = _question.Inputs,
            Passed = PassedInputs.Of(_passed, _model),
            Outputs = _answer,
            RowsAnswered = RowsAnswered(outcome),
            RowsTogether = _rowsTogether ?? RowsAnswered(outcome),
            Look = _look,
            Predictions = _computed ? Predictions : default,
            Outcome = outcome,
            Problem = problem,
            Times = _times,
        });
    }

    public void Dispose()
    {
        GiveModelBack();
        _turn?.Dispose();
        _deadline?.Dispose();
        _rows?.Dispose();
        if (_predictions.Length > 0)
            ArrayPool<float>.Shared.Return(_predictions);
        _predictions = [];
    }

    private int RowsAnswered(PredictOutcome outcome) =>
        outcome != PredictOutcome.Ok ? 0 : _rows?.Count ?? (_answer is [{ Shape: [var rows, ..] }, ..] ? (int)rows : 1);

    private long RowsAsked => _rows?.Count ?? (_question.Inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1);

    private Span<float> Predictions => PredictionsMemory.Span;

    private Memory<float> PredictionsMemory => _predictions.AsMemory(0, _rows!.Count);

    private void GiveModelBack()
    {
        _lease?.Dispose();
        _lease = null;
    }

    private double Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(_from, now).TotalSeconds;
        _from = now;
        return seconds;
    }
}
