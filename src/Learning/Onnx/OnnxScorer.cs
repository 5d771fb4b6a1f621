using Assay.Learning.Features;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Assay.Learning.Onnx;

/// <summary>Runs an exported graph over rows, with the runtime that serves it.</summary>
internal sealed class OnnxScorer(byte[] model) : IDisposable
{
    // Enough to keep the runtime busy, little enough to hold the text of a batch.
    private const int BatchRows = 4096;

    private readonly InferenceSession _session = new(model);

    public void Dispose() => _session.Dispose();

    /// <summary>The graph's output for each of these rows.</summary>
    /// <param name="inputs">One feature for each of the graph's inputs.</param>
    /// <param name="output">Name of the graph's output.</param>
    /// <param name="rows">Positions in the features.</param>
    public float[] Predict(IReadOnlyList<Feature> inputs, string output, ReadOnlySpan<int> rows)
    {
        var predictions = new float[rows.Length];
        for (var first = 0; first < rows.Length; first += BatchRows)
        {
            var batch = rows.Slice(first, Math.Min(BatchRows, rows.Length - first));
            var values = new List<NamedOnnxValue>(inputs.Count);
            foreach (var input in inputs)
                values.Add(Tensor(input, batch));
            using var results = _session.Run(values, [output]);
            results[0].AsTensor<float>().ToArray().CopyTo(predictions, first);
        }

        return predictions;
    }

    private static NamedOnnxValue Tensor(Feature feature, ReadOnlySpan<int> rows)
    {
        if (feature is CategoryFeature category)
        {
            var texts = new string[rows.Length];
            for (var i = 0; i < texts.Length; i++)
                texts[i] = category.TextOf(rows[i]);
            return NamedOnnxValue.CreateFromTensor(feature.Name, new DenseTensor<string>(texts, [texts.Length, 1]));
        }

        var numbers = new float[rows.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = ((NumberFeature)feature).Values[rows[i]];
        return NamedOnnxValue.CreateFromTensor(feature.Name, new DenseTensor<float>(numbers, [numbers.Length, 1]));
    }
}
