using System.Buffers;
using Assay.Inference.Models;
using Assay.Inference.Predictions;

namespace Assay.Serving.Rollouts.Live;

/// <summary>
/// The bins in which the predictions of a roll-out's arms are counted, the same for all arms and steps: those of the stable
/// version's baseline; one for each class of an ONNX graph; or, of numbers of which nothing was known before, tenths of the
/// first ones that the stable arm answers, which are not counted themselves. Safe to use from any number of threads.
/// </summary>
internal sealed class PredictionBins
{
    /// <summary>Predictions of the stable arm from which bins are made.</summary>
    public const int FirstOnes = 100;

    private const int EdgesOfBaselineMax = 254;
    private const int Tenths = 10;

    private readonly Lock _lock = new();
    private readonly List<float> _first = [];
    private readonly int _edgesMax;
    private volatile float[]? _edges;

    private PredictionBins(float[]? edges, int edgesMax) => (_edges, _edgesMax) = (edges, edgesMax);

    /// <summary>Bins, and after them one for predictions that are missing.</summary>
    public int Count => _edgesMax + 2;

    /// <summary>Inner cut points, ascending; null until they are known.</summary>
    public IReadOnlyList<float>? Edges => _edges;

    /// <summary>The bins for what an endpoint answers; null when its predictions are not counted.</summary>
    /// <param name="stable">The model that answers.</param>
    /// <param name="isJudged">Whether a rule is about predictions: those of other than tables are counted for it alone, since reading them takes time.</param>
    /// <param name="known">Inner cut points from before a restart; null when there are none.</param>
    public static PredictionBins? Of(ServedModel? stable, bool isJudged, IReadOnlyList<float>? known)
    {
        if (stable is InferenceModel { Baseline.Score.Edges: { Count: <= EdgesOfBaselineMax } edges })
            return new([.. edges.Select(edge => (float)edge)], edges.Count);
        if (stable is null || !isJudged || PredictionForm.Of(stable) is not { } form)
            return null;
        if (form.Task == ModelTask.Multiclass)
            return new([.. Enumerable.Range(0, form.Classes.Count - 1).Select(place => place + 0.5f)], form.Classes.Count - 1);
        return new(known?.Count == Tenths + 1 ? [.. known] : null, Tenths + 1);
    }

    /// <summary>Adds the predictions of a call to counts per bin.</summary>
    /// <param name="call">A call that ended.</param>
    /// <param name="isStable">Whether the stable arm answered it.</param>
    /// <param name="counts">One for each bin.</param>
    /// <returns>The bin of one of them, picked by chance; null when there was nothing to count.</returns>
    public int? Add(in EndedCall call, bool isStable, Span<int> counts)
    {
        if (call.Outputs is not { } outputs)
            return Add(call.Predictions, isStable, counts);
        if (call.Model?.CountableAnswer is not { } answer || answer.RowsOf(outputs) is not (> 0 and var rows))
            return null;
        var (predictions, cells) = (ArrayPool<float>.Shared.Rent(rows), ArrayPool<float>.Shared.Rent(rows * answer.Width));
        try
        {
            answer.Write(outputs, predictions.AsSpan(0, rows), cells.AsSpan(0, rows * answer.Width));
            for (var row = 0; row < rows && answer.Task == ModelTask.Multiclass; row++)
                predictions[row] = cells[row * answer.Width] is var place and >= 0 ? place : float.NaN;
            return Add(predictions.AsSpan(0, rows), isStable, counts);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(predictions);
            ArrayPool<float>.Shared.Return(cells);
        }
    }

    private int? Add(ReadOnlySpan<float> predictions, bool isStable, Span<int> counts)
    {
        if (_edges is not { } edges)
        {
            if (isStable)
                Learn(predictions);
            return null;
        }

        foreach (var prediction in predictions)
            counts[BinOf(prediction, edges)]++;
        return predictions.IsEmpty ? null : BinOf(predictions[Random.Shared.Next(predictions.Length)], edges);
    }

    // Two more edges than between tenths, so that what lies outside of all that was seen is seen as that.
    private void Learn(ReadOnlySpan<float> predictions)
    {
        lock (_lock)
        {
            foreach (var prediction in predictions)
            {
                if (float.IsFinite(prediction) && _first.Count < FirstOnes)
                    _first.Add(prediction);
            }

            if (_first.Count < FirstOnes || _edges is not null)
                return;
            _first.Sort();
            _edges = [MathF.BitDecrement(_first[0]), .. Enumerable.Range(1, Tenths).Select(tenth => _first[(tenth * FirstOnes / Tenths) - 1])];
        }
    }

    private static int BinOf(float prediction, float[] edges)
    {
        if (float.IsNaN(prediction))
            return edges.Length + 1;
        var (low, high) = (0, edges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = prediction > edges[middle] ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
