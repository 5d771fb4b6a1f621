using System.Numerics;

namespace Assay.Inference.Compiled;

/// <summary>How many products the runtime adds up before it adds them to the sum so far. Facts of its matrix product.</summary>
internal static class PanelRows
{
    /// <summary>With weights that it packed at load.</summary>
    public const int OfSingle = 256;

    /// <summary>With one column of weights.</summary>
    public const int OfDouble = 512;
}

/// <summary>Weights times values, added up in the order and with the roundings of the runtime's matrix product: one fused chain per panel.</summary>
/// <typeparam name="T">In which precision.</typeparam>
internal sealed class WeightTable<T> : ScoreTable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _weights;
    private readonly T _bias;
    private readonly int _panel;

    public WeightTable(double[] weights, double bias, int panel)
    {
        _weights = Array.ConvertAll(weights, T.CreateChecked);
        (_bias, _panel) = (T.CreateChecked(bias), panel);
    }

    public override void Score(ReadOnlySpan<float> vectors, int width, Span<float> scores)
    {
        for (var row = 0; row < scores.Length; row++)
            scores[row] = float.CreateTruncating(Of(vectors.Slice(row * width, width)));
    }

    private T Of(ReadOnlySpan<float> vector)
    {
        var total = _bias;
        for (var start = 0; start < vector.Length; start += _panel)
        {
            var panel = vector[start..Math.Min(start + _panel, vector.Length)];
            var weights = _weights.AsSpan(start, panel.Length);
            var sum = T.Zero;
            for (var place = 0; place < panel.Length; place++)
                sum = T.FusedMultiplyAdd(T.CreateTruncating(panel[place]), weights[place], sum);
            total += sum;
        }

        return total;
    }
}
