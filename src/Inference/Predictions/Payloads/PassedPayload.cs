using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Processes;

namespace Assay.Inference.Predictions.Payloads;

/// <summary>A body that goes to another program as it is, whose answer goes to the caller as it is.</summary>
internal sealed class PassedPayload(CallContext context, ForwardingModel program, byte[] body) : CallPayload(context)
{
    public override string? Explain => PassedBody.AskedIn(body);

    public override PassedInputs? Passed => PassedInputs.Of(body, program);

    // Nobody has read it.
    public override long RowsAsked => 1;

    public override async ValueTask Compute(PredictCall call)
    {
        var type = Context.Http.Request.ContentType ?? "application/json";
        var key = Cache is null ? default : PredictionCache.KeyOf(program, body, type);
        if (FindKept<ServerAnswer>(call, key, out var kept))
        {
            Given = kept;
        }
        else
        {
            Given = await program.Forward(body, type, Context.Cancel);
            Cache?.Put(key, Given);
        }

        TryCount(call);
        Context.HasComputed();
    }

    public override async ValueTask ComputeExplained(PredictCall call, ExplanationWish asked)
    {
        (Outputs, Explanation) = await CallExplanation.OfBody(program, call.Dialect.Rows(Context.Http.Request, program, body), asked, Context.Cancel);
        Context.HasComputed();
    }

    public override ArraySegment<byte> Write(PredictCall call) =>
        call.Dialect.WriteExplained(Context.Http.Response, call, null, new(program, Explanation!, Outputs));

    protected override void Count() => program.Counts.Add(body, Given!.Body);
}
