namespace Assay.Learning.Onnx;

/// <summary>Holds the exported graph to the trainer's own predictions.</summary>
internal static class ExportCheck
{
    /// <summary>
    /// Largest allowed difference. It is absolute up to predictions of 1 and relative above: |a − b| ≤ 1e-5 · max(1, |a|),
    /// since single precision has seven digits and a label may be in the millions.
    /// </summary>
    public const double Tolerance = 1e-5;

    /// <summary>The largest difference, in units in which <see cref="Tolerance"/> is the limit; NaN counts as infinite.</summary>
    public static double Difference(ReadOnlySpan<float> trainer, ReadOnlySpan<float> graph)
    {
        if (trainer.Length != graph.Length)
            throw new ArgumentException($"{trainer.Length} predictions of the trainer stand against {graph.Length} of the graph.");
        var largest = 0.0;
        for (var row = 0; row < trainer.Length; row++)
        {
            var difference = Math.Abs((double)trainer[row] - graph[row]) / Math.Max(1, Math.Abs((double)trainer[row]));
            largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
        }

        return largest;
    }
}
