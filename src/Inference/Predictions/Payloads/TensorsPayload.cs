using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Predictions.Payloads;

/// <summary>Tensors of a model that is no table.</summary>
internal sealed class TensorsPayload(CallContext context, ServedModel model, TensorQuestion question) : CallPayload(context)
{
    public override string? Explain => question.Wish?.Explain;

    public override IReadOnlyList<NamedTensor> Inputs => question.Inputs;

    public override long RowsAsked => question.Inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1;

    public override async ValueTask Compute(PredictCall call)
    {
        var key = Cache is null ? default : PredictionCache.KeyOf(model, question);
        if (FindKept<IReadOnlyList<NamedTensor>>(call, key, out var kept))
        {
            Outputs = kept;
        }
        else
        {
            (Outputs, var turn) = await model.InferAmongOthers(question.Inputs, question.Outputs, Context.Cancel);
            Context.WaitedFor(turn);
            Cache?.Put(key, Outputs);
        }

        TryCount(call);
        Context.HasComputed();
    }

    public override async ValueTask ComputeExplained(PredictCall call, ExplanationWish asked)
    {
        (Outputs, Explanation) = await CallExplanation.OfTensors(model, question, asked, Context.Cancel);
        Context.HasComputed();
    }

    public override ArraySegment<byte> Write(PredictCall call) => Explanation is null
        ? call.Dialect.WriteTensors(Context.Http.Response, new(call, model, question.Wish, Outputs!))
        : call.Dialect.WriteExplained(Context.Http.Response, call, question.Wish, new(model, Explanation, Outputs));

    protected override void Count() => model.Counts.Add(question.Inputs, Outputs!);
}
