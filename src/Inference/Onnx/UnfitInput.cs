using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Onnx;

/// <summary>The shape of an input.</summary>
internal sealed record NamedShape(string Name, IReadOnlyList<long> Shape)
{
    public static IReadOnlyList<NamedShape> Of(IReadOnlyList<NamedTensor> inputs) => [.. inputs.Select(input => new NamedShape(input.Name, [.. input.Shape]))];
}

/// <summary>Finds the input whose sizes a graph can't compute, by trying.</summary>
/// <param name="signature">Of the graph.</param>
/// <param name="fitting">Shapes that it can compute.</param>
/// <param name="computes">Whether it computes inputs.</param>
internal sealed class UnfitInput(OnnxSignature signature, IReadOnlyList<NamedShape> fitting, Func<IReadOnlyList<NamedTensor>, bool> computes)
{
    private static readonly int[] CommonSizes = [2, 3, 4, 5, 6, 7, 8, 10, 12, 13, 16, 20, 24, 28, 30, 32, 64, 100, 128, 224, 256, 384, 512, 768, 1024];

    /// <summary>Zeros in shapes whose free sizes behind the first are common ones.</summary>
    public static IEnumerable<IReadOnlyList<NamedTensor>> Sizes(OnnxSignature signature)
    {
        foreach (var size in CommonSizes)
        {
            IReadOnlyList<NamedTensor>? inputs = null;
            try
            {
                inputs = [.. signature.Signature.Inputs.Select(spec => signature.Zero(spec.Name, [.. spec.Shape.Select((dimension, at) => dimension >= 0 ? dimension : at == 0 ? 1 : size)]))];
            }
            catch (InvalidInputException)   // too large to be made up, and so is what follows
            {
                yield break;
            }

            yield return inputs;
        }
    }

    /// <summary>What to tell the caller; null when the sizes are not to blame.</summary>
    public InvalidInputException? Find(IReadOnlyList<NamedTensor> inputs)
    {
        List<NamedTensor> other = [.. inputs.Where(input => fitting.FirstOrDefault(fit => fit.Name == input.Name) is { } fit && !fit.Shape.SequenceEqual(input.Shape))];
        if (other.Count == 0)
            return null;
        foreach (var suspect in other)
        {
            if (Fails(inputs, suspect, suspect.Shape) && !Fails(inputs, suspect, ShapeOf(suspect)))
                return new($"Input '{suspect.Name}' has the shape {TensorShape.Show(suspect.Shape)}, whose sizes the model can't compute{Beside(inputs, suspect)}. It has computed {TensorShape.Show(ShapeOf(suspect))}.", column: suspect.Name);
        }

        return other.Count > 1 && FailsTogether(inputs)
            ? new($"The sizes of the inputs don't go together: {List(inputs)}. The model has computed {string.Join(", ", fitting.Select(fit => $"'{fit.Name}' {TensorShape.Show(fit.Shape)}"))}.", column: other[0].Name)
            : null;
    }

    private bool Fails(IReadOnlyList<NamedTensor> inputs, NamedTensor suspect, IReadOnlyList<long> shape) =>
        Zero(suspect, shape) is { } zero && !computes([.. inputs.Select(input => input.Name == suspect.Name ? zero : input)]);

    private bool FailsTogether(IReadOnlyList<NamedTensor> inputs)
    {
        List<NamedTensor?> zeros = [.. inputs.Select(input => Zero(input, input.Shape))];
        return !zeros.Contains(null) && !computes(zeros!);
    }

    private NamedTensor? Zero(NamedTensor input, IReadOnlyList<long> shape)
    {
        try
        {
            return signature.Zero(input.Name, shape);
        }
        catch (InvalidInputException)   // too large to be made up
        {
            return null;
        }
    }

    private IReadOnlyList<long> ShapeOf(NamedTensor input) => fitting.First(fit => fit.Name == input.Name).Shape;

    private static string Beside(IReadOnlyList<NamedTensor> inputs, NamedTensor suspect) =>
        inputs.Count == 1 ? "" : $" beside {List([.. inputs.Where(input => input != suspect)])}";

    private static string List(IReadOnlyList<NamedTensor> inputs) =>
        string.Join(", ", inputs.Take(8).Select(input => $"'{input.Name}' {TensorShape.Show(input.Shape)}")) + (inputs.Count > 8 ? " and so on" : "");
}
