using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Processes;

/// <summary>Whether a program, or a server elsewhere, answered what it declares.</summary>
internal static class AnswerCheck
{
    /// <summary>Each output that was asked for, or else each that is declared.</summary>
    /// <param name="outputs">What was answered.</param>
    /// <param name="wanted">Names; null for all.</param>
    /// <param name="signature">What is declared.</param>
    /// <exception cref="ModelFailedException">One is missing; the message names it.</exception>
    public static void Names(IReadOnlyList<NamedTensor> outputs, IReadOnlyCollection<string>? wanted, ModelSignature signature)
    {
        for (var at = 0; at < signature.Outputs.Count; at++)
        {
            var declared = signature.Outputs[at];
            if (declared.Optional || IsMadeUp(declared.Name, at) || wanted?.Contains(declared.Name) is false || outputs.Any(output => output.Name == declared.Name))
                continue;
            throw new ModelFailedException($"The model's server left out the output '{declared.Name}', which the model is declared to have.");
        }
    }

    /// <summary>As many rows as were asked about, in each output that is declared to have rows, where the inputs are.</summary>
    /// <param name="outputs">What was answered.</param>
    /// <param name="inputs">What was asked.</param>
    /// <param name="declared">By the package; null where it declares nothing.</param>
    /// <exception cref="ModelFailedException">There are more, or fewer; the message names the output.</exception>
    public static void Rows(IReadOnlyList<NamedTensor> outputs, IReadOnlyList<NamedTensor> inputs, ModelSignature? declared)
    {
        if (declared is null || !declared.Inputs.All(HasRows) || TensorRows.CountOf(inputs) is not { } rows)
            return;
        foreach (var output in outputs)
        {
            if (FirstSize(output) != rows && declared.Outputs.Any(spec => spec.Name == output.Name && HasRows(spec)))
                throw new ModelFailedException($"The model's server answered '{output.Name}' in the shape {TensorShape.Show(output.Shape)}, and was asked about {rows} row{(rows == 1 ? "" : "s")}.");
        }
    }

    // A single value is an answer to one row.
    private static long FirstSize(NamedTensor output) => output.Shape.Count == 0 ? 1 : output.Shape[0];

    private static bool HasRows(TensorSpec spec) => spec.Shape is [< 0, ..];

    // By MLmodel, for an output that MLflow's signature gives no name: the program may call it what it likes.
    private static bool IsMadeUp(string name, int at) => name == $"output_{at}";
}
