using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Inference.Counterfactuals;

/// <summary>
/// <c>POST /counterfactuals</c>: a row and what may change in it, in JSON; problem details. A call like any other, so that
/// limits, time-outs, arms and the log hold for it.
/// </summary>
public sealed class CounterfactualDialect : Dialect
{
    private CounterfactualDialect()
    {
    }

    /// <summary>The one instance.</summary>
    public static CounterfactualDialect Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "counterfactuals";

    internal override string Question => Name;

    internal override PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish)
    {
        var asked = CounterfactualOperation.Read(body);
        wish = new() { Counterfactuals = asked };
        return CounterfactualOperation.RowOf(model, asked.Row);
    }

    internal override ArraySegment<byte> Write(HttpResponse response, in Answer answer) => throw new NotSupportedException($"{Name} asks for no predictions.");

    internal override TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) => throw AskedExplanation.NoRowsNear();

    /// <inheritdoc/>
    public override Task WriteProblem(HttpContext http, Problem problem) => ProblemAnswer.Write(http, problem);
}
