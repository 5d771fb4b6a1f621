using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Explanations;

/// <summary>
/// What a coalition of inputs is worth: the model's mean output when these inputs are the row's and the others those of
/// each background row. Asks the served model itself; what it is asked here isn't counted as traffic.
/// </summary>
internal sealed class ModelGame(ModelSession session, float[][] background, bool isLogOdds, Deadline deadline)
{
    /// <summary>What the model answers for rows of a request.</summary>
    public float[] Predictions(PredictionRows rows)
    {
        var predictions = new float[rows.Count];
        Ask(rows, predictions);
        return predictions;
    }

    /// <summary>What the model answers for rows of cells.</summary>
    public float[] Predictions(IReadOnlyList<float[]> rows)
    {
        var predictions = new float[rows.Count];
        for (var start = 0; start < rows.Count; start += InferenceModel.BlockRows)
        {
            deadline.Check();
            var count = Math.Min(InferenceModel.BlockRows, rows.Count - start);
            using var block = new PredictionRows(rows[0].Length);
            for (var i = 0; i < count; i++)
                rows[start + i].CopyTo(block.AddRow());
            Ask(block, predictions.AsSpan(start, count));
        }

        return predictions;
    }

    /// <summary>The same in the explanation's space.</summary>
    public double[] Outputs(IReadOnlyList<float[]> rows) =>
        Array.ConvertAll(Predictions(rows), prediction => isLogOdds ? LogOdds.Of(prediction) : prediction);

    /// <summary>The mean output over the background.</summary>
    public double Base() => Outputs(background).Average();

    public void Values(float[] row, ReadOnlySpan<byte> coalitions, Span<double> values)
    {
        // Whole blocks of hybrid rows, so that the runtime's tensors are made once.
        var each = Math.Max(1, InferenceModel.BlockRows / background.Length);
        var outputs = new double[each * background.Length];
        for (var first = 0; first < values.Length; first += each)
        {
            deadline.Check();
            var count = Math.Min(each, values.Length - first);
            using var block = new PredictionRows(row.Length);
            for (var i = 0; i < each; i++)
                AddHybrids(block, row, coalitions.Slice(Math.Min(first + i, values.Length - 1) * row.Length, row.Length));
            Run(block, outputs);
            for (var i = 0; i < count; i++)
                values[first + i] = Mean(outputs.AsSpan(i * background.Length, background.Length));
        }
    }

    private void AddHybrids(PredictionRows block, float[] row, ReadOnlySpan<byte> coalition)
    {
        foreach (var other in background)
        {
            var cells = block.AddRow();
            for (var input = 0; input < row.Length; input++)
                cells[input] = coalition[input] == 1 ? row[input] : other[input];
        }
    }

    private void Run(PredictionRows block, Span<double> outputs)
    {
        Span<float> predictions = stackalloc float[InferenceModel.BlockRows];
        predictions = predictions[..outputs.Length];
        Ask(block, predictions);
        for (var i = 0; i < outputs.Length; i++)
            outputs[i] = isLogOdds ? LogOdds.Of(predictions[i]) : predictions[i];
    }

    // A graph may compute on and on: it ends with the time, and when the caller leaves.
    private void Ask(PredictionRows rows, Span<float> predictions)
    {
        try
        {
            session.Run(rows, 0, predictions, counts: null, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested)
        {
            throw deadline.Ended();
        }
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }
}
