using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions.Payloads;

/// <summary>Rows of a table, and a prediction for each.</summary>
internal sealed class RowsPayload(CallContext context, TableModel table, PredictionRows rows, AnswerWish? wish) : CallPayload(context)
{
    private float[] _predictions = [];
    private bool _isComputed;

    public override string? Explain => wish?.Explain;

    public override PredictionRows Rows => rows;

    public override long RowsAsked => rows.Count;

    public override int RowsAnswered => rows.Count;

    public override ReadOnlySpan<float> Predictions => _isComputed ? Room.Span : default;

    private Memory<float> Room => _predictions.AsMemory(0, rows.Count);

    /// <summary>Reads a body by a table's schema.</summary>
    /// <exception cref="InvalidInputException">It isn't what the schema asks for.</exception>
    public static RowsPayload Read(CallContext context, PredictCall call, TableModel table, ReadOnlySpan<byte> body) =>
        new(context, table, call.Dialect.Read(context.Http.Request, table, body, out var wish), wish);

    public override ValueTask Compute(PredictCall call)
    {
        if (wish?.Counterfactuals is { } sought)
            return Find(sought);
        Rent();
        if (table is not InferenceModel { IsCompiled: true } compiled)   // it takes a time that nobody knows
            return ComputeAmongOthers(call);
        var key = Cache is null ? default : PredictionCache.KeyOf(compiled, rows);
        if (!FindKept(call, key))
        {
            compiled.Predict(rows, Room.Span, Context.Cancel);
            Cache?.Put(key, Room.Span);
        }

        Computed();
        return default;
    }

    public override async ValueTask ComputeExplained(PredictCall call, ExplanationWish asked)
    {
        Explanation = await CallExplanation.OfRows(table, rows, asked, Context.Cancel);
        Rent();
        for (var row = 0; row < rows.Count; row++)
            _predictions[row] = Explanation.Explanations[row].Prediction;
        Computed();
    }

    public override ArraySegment<byte> Write(PredictCall call) => Explanation is null
        ? call.Dialect.Write(Context.Http.Response, new(call, table, wish, Predictions))
        : call.Dialect.WriteExplained(Context.Http.Response, call, wish, new(table, Explanation));

    public override void Dispose()
    {
        rows.Dispose();
        if (_predictions.Length > 0)
            ArrayPool<float>.Shared.Return(_predictions);
        (_predictions, _isComputed) = ([], false);
        base.Dispose();
    }

    protected override void Count() => table.Count(rows, Room.Span);

    private async ValueTask Find(CounterfactualRequest sought)
    {
        var found = await ModelQuestion.InTurn(() => CounterfactualOperation.Find(table, sought, rows.Cells.ToArray(), Context.Cancel), Context.Cancel);
        Given = new(StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(found, PackageJson.Of<CounterfactualAnswer>()));
        Rent();
        _predictions[0] = found.Prediction;
        Computed();
    }

    private async ValueTask ComputeAmongOthers(PredictCall call)
    {
        var key = Cache is null ? default : PredictionCache.KeyOf(table, rows);
        if (!FindKept(call, key))
        {
            Context.WaitedFor(await table.PredictAmongOthers(rows, Room, Context.Cancel));
            Cache?.Put(key, Room.Span);
            if (!table.CountsItself)
                TryCount(call);
        }

        Computed();
    }

    // What is answered from memory counts for monitoring like everything else that was asked.
    private bool FindKept(PredictCall call, CacheKey key)
    {
        var from = Stopwatch.GetTimestamp();
        if (Cache is not { } cache || !Context.Looked(call, cache.TryGet(key, Room.Span), from))
            return false;
        TryCount(call);
        return true;
    }

    private void Rent() => _predictions = ArrayPool<float>.Shared.Rent(rows.Count);

    private void Computed()
    {
        _isComputed = true;
        Context.HasComputed();
    }
}
