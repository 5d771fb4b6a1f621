using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.KServe;

/// <summary>KServe's protocol version 1, which is TensorFlow Serving's: <c>{"instances":[…]}</c> is answered <c>{"predictions":[…]}</c>.</summary>
public sealed class KServeDialect : Dialect
{
    /// <summary>The one instance.</summary>
    public static KServeDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "kserve-v1";

    // Its clients may leave the content type out.
    internal override void CheckHeaders(HttpRequest request)
    {
        if (request.ContentType is not null)
            ContentType.Check(request);
    }

    internal override PredictionRows Read(HttpRequest request, InferenceModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        wish = null;
        return model.Read(body);
    }

    internal override ArraySegment<byte> Write(HttpResponse response, in Answer answer)
    {
        response.ContentType = "application/json";
        return AnswerWriter.Write(answer.Predictions);
    }

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) => new(TensorCursor.Read(body.Span, model));

    internal override ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer)
    {
        response.ContentType = "application/json";
        return TensorWriter.WritePredictions(answer.Outputs);
    }

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ErrorAnswer.Write(http, problem);
}
