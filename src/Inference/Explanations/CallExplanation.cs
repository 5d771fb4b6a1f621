using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;

namespace Assay.Inference.Explanations;

/// <summary>Explains what a call asked, in its turn, by the way that its model allows.</summary>
internal static class CallExplanation
{
    /// <summary>Of rows of a table.</summary>
    public static async Task<ExplanationAnswer> OfRows(TableModel table, PredictionRows rows, ExplanationWish wish, CancellationToken cancel)
    {
        if (table is InferenceModel own)
            return await ModelQuestion.InTurn(() => own.Explain(rows, wish, cancel), cancel);
        var inputs = table.Tensors.Write(rows.Cells);
        return (await ModelQuestion.InTurn(() => TensorExplainer.Explain(table.Explained, inputs, wish, cancel), cancel)).Answer;
    }

    /// <summary>Of tensors.</summary>
    public static async Task<TensorExplanation> OfTensors(ServedModel model, TensorQuestion question, ExplanationWish wish, CancellationToken cancel)
    {
        var wanted = question.Outputs;
        wish = wish with { Output = wish.Output ?? wanted?.FirstOrDefault() };
        var explained = await ModelQuestion.InTurn(() => TensorExplainer.Explain(model.Explained, question.Inputs, wish, cancel), cancel);
        return wanted is null ? explained : explained with { Outputs = [.. explained.Outputs.Where(output => wanted.Contains(output.Name))] };
    }

    /// <summary>Of a body that is passed on to another program.</summary>
    /// <exception cref="InvalidInputException">It can't be read as rows.</exception>
    public static Task<TensorExplanation> OfBody(ForwardingModel model, ReadOnlySpan<byte> rows, ExplanationWish wish, CancellationToken cancel)
    {
        var body = PassedBody.Read(rows, model.Signature);
        return ModelQuestion.InTurn(() => TensorExplainer.Explain(body.Explained(model), body.Inputs, wish, cancel), cancel);
    }
}
