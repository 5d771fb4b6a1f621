using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Predictions;

/// <summary>A protocol whose requests are rows in JSON, or a model's own inputs, and whose answer is <c>{"predictions":[…]}</c>.</summary>
public abstract class PredictionsDialect : Dialect
{
    internal override PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        var rows = model.Read(body, out var explain);
        wish = explain is null ? null : new() { Explain = explain };
        return rows;
    }

    internal override ArraySegment<byte> Write(HttpResponse response, in Answer answer)
    {
        response.ContentType = "application/json";
        return AnswerWriter.Write(answer.Predictions);
    }

    internal override bool PassesBodies => true;

    internal override ArraySegment<byte> WriteExplained(HttpResponse response, PredictCall call, AnswerWish? wish, Explained explained)
    {
        response.ContentType = "application/json";
        return Explains ? ExplanationWriter.Write(explained.Answer) : ExplanationWriter.WriteBeside(explained);
    }

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) =>
        new(TensorCursor.Read(body.Span, model, out var explain), null, explain is null ? null : new() { Explain = explain });

    internal override ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer)
    {
        response.ContentType = "application/json";
        return TensorWriter.WritePredictions(answer.Outputs);
    }
}
