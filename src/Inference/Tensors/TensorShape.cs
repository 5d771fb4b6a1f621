using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>Counts the elements of shapes that strangers send.</summary>
public static class TensorShape
{
    private const int EmptyMax = 100_000;

    /// <summary>Elements of a tensor of this shape; 1 for the empty shape.</summary>
    /// <param name="name">The tensor, for the sentence.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <exception cref="InvalidInputException">A dimension is negative, or there are too many elements or dimensions.</exception>
    public static int Count(string name, IReadOnlyList<long> shape)
    {
        if (shape.Count > TensorLimits.RankMax)
            throw new InvalidInputException($"Input '{name}': the shape has {shape.Count} dimensions. Send at most {TensorLimits.RankMax}.", column: name);
        var (elements, empty) = (1L, false);
        foreach (var dimension in shape)
        {
            if (dimension < 0)
                throw new InvalidInputException($"Input '{name}': the shape {Show(shape)} has a negative dimension. Send how many elements there are.", column: name);
            empty |= dimension == 0;
            elements *= Math.Min(Math.Max(dimension, 1), TensorLimits.ElementsMax + 1L);
            if (elements > TensorLimits.ElementsMax)
                throw new InvalidInputException($"Input '{name}': a tensor of the shape {Show(shape)} has more than {TensorLimits.ElementsMax:N0} elements. Send it in several requests.", column: name);
        }

        // Each of many empty rows would still be written as a pair of brackets.
        if (empty && elements > EmptyMax)
            throw new InvalidInputException($"Input '{name}': a tensor of the shape {Show(shape)} has no elements. Send some.", column: name);
        return empty ? 0 : (int)elements;
    }

    /// <summary>Whether a tensor of this shape fits what is asked for, where -1 takes any.</summary>
    public static bool Fits(IReadOnlyList<long> shape, IReadOnlyList<long> wanted) =>
        shape.Count == wanted.Count && shape.Zip(wanted).All(pair => pair.Second < 0 || pair.First == pair.Second);

    /// <summary>As it is written in JSON: <c>[2,3]</c>.</summary>
    public static string Show(IReadOnlyList<long> shape) => $"[{string.Join(',', shape)}]";
}
