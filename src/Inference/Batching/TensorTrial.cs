using Assay.Inference.Models;
using Assay.Inference.Onnx;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Batching;

/// <summary>
/// Finds out at load whether a graph of tensors gains by calls going together, and whether each row then gets the very bits that
/// it gets alone, for every number of rows that may go together. Without both, no batches are made.
/// </summary>
internal static class TensorTrial
{
    /// <summary>Rows that go together at most: so few that every number of them is tried.</summary>
    public const int RowsMax = 16;

    /// <summary>Bytes of a call's inputs up to which it goes with others.</summary>
    public const int BytesMax = 1 << 16;

    private static readonly TimeSpan TrialMax = TimeSpan.FromSeconds(1);   // a longer one would hold up the load
    private static readonly long[] OpenSizes = [4, 8, 32, 1];
    private static readonly string[] Words = ["", "a", "good", "b c", "0", "größer"];

    /// <summary>Whether calls of the graph may go together.</summary>
    /// <param name="signature">Of the graph.</param>
    /// <param name="compute">Computes all outputs.</param>
    public static bool Run(OnnxSignature signature, Func<IReadOnlyList<NamedTensor>, CancellationToken, IReadOnlyList<NamedTensor>> compute)
    {
        if (!BatchGain.IsSought || !HasRows(signature.Signature))
            return false;
        using var limit = new CancellationTokenSource(TrialMax);
        try
        {
            return Sizes(signature).FirstOrDefault(shapes => Computes(shapes, signature.Signature, compute, limit.Token)) is { } found
                && IsBetter(signature.Signature, found, compute, limit.Token);
        }
        catch (Exception problem) when (problem is ModelFailedException or InvalidInputException or OperationCanceledException)
        {
            return false;   // it can't compute some rows, or takes long for them
        }
    }

    // All inputs and outputs have rows as their first dimension, and any number of them.
    private static bool HasRows(ModelSignature signature) =>
        signature.Inputs.Count > 0 && signature.Outputs.Count > 0
        && signature.Inputs.Concat(signature.Outputs).All(tensor => tensor.Shape is [< 0, ..])
        && signature.Inputs.All(input => TensorTypes.Find(input.Datatype) is not (null or TensorType.Bf16 or TensorType.Fp16));

    private static bool IsBetter(
        ModelSignature signature, IReadOnlyList<long[]> shapes, Func<IReadOnlyList<NamedTensor>, CancellationToken, IReadOnlyList<NamedTensor>> compute, CancellationToken cancel)
    {
        var all = Made(signature, shapes, RowsMax);
        var alone = Enumerable.Range(0, RowsMax).Select(row => TensorRows.Slice(all, RowsMax, row, 1)).ToList();
        if (!BatchGain.IsEnough(RowsMax, rows => compute(rows == 1 ? alone[0] : all, cancel)))
            return false;
        var answers = alone.ConvertAll(row => compute(row, cancel));
        return Enumerable.Range(2, RowsMax - 1).All(rows =>
        {
            var first = RowsMax - rows;
            var together = compute(TensorRows.Slice(all, RowsMax, first, rows), cancel);
            return TensorRows.CountOf(together) == rows
                && Enumerable.Range(0, rows).All(row => TensorRows.AreSame(TensorRows.Slice(together, rows, row, 1), answers[first + row]));
        });
    }

    // Sizes that the graph leaves open, other than the rows.
    private static IEnumerable<IReadOnlyList<long[]>> Sizes(OnnxSignature signature) => OpenSizes.Select(open =>
        (IReadOnlyList<long[]>)[.. signature.Signature.Inputs.Select(input => input.Shape.Skip(1).Select(size => size < 0 ? open : size).ToArray())]);

    private static bool Computes(
        IReadOnlyList<long[]> shapes, ModelSignature signature, Func<IReadOnlyList<NamedTensor>, CancellationToken, IReadOnlyList<NamedTensor>> compute, CancellationToken cancel)
    {
        if (shapes.Sum(shape => shape.Aggregate(1.0, (product, size) => product * size)) * sizeof(double) > BytesMax)
            return false;
        try
        {
            compute(Made(signature, shapes, 2), cancel);
            return true;
        }
        catch (Exception problem) when (problem is ModelFailedException or InvalidInputException)
        {
            return false;
        }
    }

    private static IReadOnlyList<NamedTensor> Made(ModelSignature signature, IReadOnlyList<long[]> shapes, int rows)
    {
        var random = new Random(20);
        return [.. signature.Inputs.Select((input, at) => Made(input.Name, TensorTypes.Find(input.Datatype)!.Value, [rows, .. shapes[at]], random))];
    }

    private static NamedTensor Made(string name, TensorType type, long[] shape, Random random)
    {
        var count = TensorShape.Count(name, shape);
        double Number() => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 4));
        return type switch
        {
            TensorType.Bytes => NamedTensor.Of(name, shape, [.. Enumerable.Range(0, count).Select(_ => Words[random.Next(Words.Length)])]),
            TensorType.Fp32 => NamedTensor.Of(name, type, shape, [.. Enumerable.Range(0, count).Select(_ => (float)Number())]),
            TensorType.Fp64 => NamedTensor.Of(name, type, shape, [.. Enumerable.Range(0, count).Select(_ => Number())]),
            _ => new(name, type, shape, Whole(count, TensorTypes.SizeOf(type), random)),
        };
    }

    // Ones and zeros are whole numbers of every type, and tokens that most graphs know.
    private static byte[] Whole(int count, int size, Random random)
    {
        var bytes = new byte[count * size];
        for (var at = 0; at < count; at++)
            bytes[at * size] = (byte)random.Next(2);
        return bytes;
    }
}
