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
    private InferenceModel? _table;
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
    private CallTimes _times;
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
        _table = _model as InferenceModel;
        if (_table is not null)
            _rows ??= call.Dialect.Read(http.Request, _table, body.Bytes.Span, out _wish);
        else if (_model is ForwardingModel { TakesBodies: true } && call.Dialect.PassesBodies)
            _passed = body.Bytes.ToArray();
        else
            _question = call.Dialect.ReadTensors(http.Request, _model, body.Bytes);
        if ((_wish ?? _question.Wish)?.Explain is not null)
            _asks ??= AskedExplanation.Name;
        if (_asks is not null && _table is null)
            throw AskedExplanation.NotExplainable();
        _asked = _asks == AskedExplanation.Name ? AskedExplanation.Wish(http.Request, _wish?.Explain) : null;
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
        var table = _lease?.Model as InferenceModel;
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
            return ComputeTensors();
        if (_asked is not null)
            return Explain(_table, _asked);
        if (_wish?.Counterfactuals is { } sought)
            return Find(_table, sought);
        _predictions = ArrayPool<float>.Shared.Rent(_rows!.Count);
        if (!_table.IsCompiled)   // it takes a time that nobody knows
            return ComputeAmongOthers(_table);
        if (Bounds?.Cache is { } cache)
            ComputeUnlessKept(_table, cache);
        else
            _table.Predict(_rows, Predictions, http.RequestAborted);
        _computed = true;
        _times = _times with { Compute = Lap() };
        return default;
    }

    private async ValueTask Explain(InferenceModel table, ExplanationWish asked)
    {
        _explanation = await ModelQuestion.InTurn(() => table.Explain(_rows!, asked, http.RequestAborted), http.RequestAborted);
        _predictions = ArrayPool<float>.Shared.Rent(_rows!.Count);
        for (var row = 0; row < _rows.Count; row++)
            _predictions[row] = _explanation.Explanations[row].Prediction;
        _computed = true;
        _times = _times with { Compute = Lap() };
    }

    private async ValueTask Find(InferenceModel table, CounterfactualRequest sought)
    {
        var found = await ModelQuestion.InTurn(() => CounterfactualOperation.Find(table, sought, _rows!.Cells, http.RequestAborted), http.RequestAborted);
        _given = new(StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(found, PackageJson.Of<CounterfactualAnswer>()));
        _predictions = ArrayPool<float>.Shared.Rent(1);
        _predictions[0] = found.Prediction;
        _computed = true;
        _times = _times with { Compute = Lap() };
    }

    private async ValueTask ComputeAmongOthers(InferenceModel table)
    {
        var key = Bounds?.Cache is not null ? PredictionCache.KeyOf(table, _rows!) : default;
        if (Bounds?.Cache is not { } cache)
            WaitedUntil(await table.PredictAmongOthers(_rows!, PredictionsMemory, http.RequestAborted));
        else if (!FindKept(table, cache, key))
        {
            WaitedUntil(await table.PredictAmongOthers(_rows!, PredictionsMemory, http.RequestAborted));
            cache.Put(key, Predictions);
        }

        _computed = true;
        _times = _times with { Compute = Lap() };
    }

    // Rows that were computed with others had to wait for those before them.
    private void WaitedUntil(long began)
    {
        if (began == 0)
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
                _answer = await _model!.Infer(_question.Inputs, _question.Outputs, http.RequestAborted);
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
            if (_given is not null)
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
    private void ComputeUnlessKept(InferenceModel table, PredictionCache cache)
    {
        var key = PredictionCache.KeyOf(table, _rows!);
        if (FindKept(table, cache, key))
            return;
        table.Predict(_rows!, Predictions, http.RequestAborted);
        cache.Put(key, Predictions);
    }

    private bool FindKept(InferenceModel table, PredictionCache cache, CacheKey key)
    {
        var hit = cache.TryGet(key, Predictions);
        if (hit)
            table.Count(_rows!, Predictions);
        return Looked(hit);
    }

    private bool FindKept<T>(CacheKey key, [NotNullWhen(true)] out T? kept)
        where T : class
    {
        kept = null;
        return Bounds?.Cache is { } cache && Looked(cache.TryGet(key, out kept));
    }

    private bool Looked(bool hit)
    {
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

        var answer = _table is null
            ? call.Dialect.WriteTensors(http.Response, new(call, _model!, _question.Wish, _answer!))
            : _explanation is not null
            ? call.Dialect.WriteExplained(http.Response, call, _wish, new(_table, _explanation))
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
            Outputs = _answer,
            RowsAnswered = RowsAnswered(outcome),
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

    private int RowsAnswered(PredictOutcome outcome)
    {
        if (outcome != PredictOutcome.Ok)
            return 0;
        return _rows?.Count ?? (_answer is [{ Shape: [var rows, ..] }, ..] ? (int)rows : 1);
    }

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
