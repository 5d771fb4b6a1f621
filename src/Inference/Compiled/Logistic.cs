namespace Assay.Inference.Compiled;

/// <summary>1 / (1 + exp(−x)) to the bit as ONNX Runtime computes it in single precision.</summary>
/// <remarks>
/// A quotient of polynomials in x² for |x| ≤ 18, with fused steps. The coefficients are facts of that runtime
/// (onnxruntime/core/mlas/lib/logistic.cpp), which has them from Eigen.
/// </remarks>
internal static class Logistic
{
    private const float Bound = 18;

    public static float Of(float value)
    {
        var x = Math.Max(Math.Min(value, Bound), -Bound);
        var square = x * x;
        var p = MathF.FusedMultiplyAdd(square, 4.37031012579801e-11f, 1.15627324459942e-07f);
        p = MathF.FusedMultiplyAdd(p, square, 6.08574864600143e-05f);
        p = MathF.FusedMultiplyAdd(p, square, 8.51377133304701e-03f);
        p = MathF.FusedMultiplyAdd(p, square, 2.48287947061529e-01f);
        p *= x;
        var q = MathF.FusedMultiplyAdd(square, 6.10247389755681e-13f, 5.76102136993427e-09f);
        q = MathF.FusedMultiplyAdd(q, square, 6.29106785017040e-06f);
        q = MathF.FusedMultiplyAdd(q, square, 1.70198817374094e-03f);
        q = MathF.FusedMultiplyAdd(q, square, 1.16817656904453e-01f);
        q = MathF.FusedMultiplyAdd(q, square, 9.93151921023180e-01f);
        return Math.Clamp(p / q + 0.5f, 0f, 1f);
    }
}
