using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Predictions;

/// <summary><c>POST /predict</c>: rows in the schema's order, or MLflow's two forms of a table; problem details.</summary>
public sealed class PlainDialect : Dialect
{
    /// <summary>The one instance.</summary>
    public static PlainDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "plain";

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

    internal override bool PassesBodies => true;

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) =>
        new(TensorCursor.Read(body.Span, model));

    internal override ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer)
    {
        response.ContentType = "application/json";
        return TensorWriter.WritePredictions(answer.Outputs);
    }

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ProblemAnswer.Write(http, problem);
}
