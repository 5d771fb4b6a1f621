using System.Buffers;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;
using Assay.Statistics.Sketches;

namespace Assay.Inference.Models;

/// <summary>
/// Live counts of what an ONNX graph answers: the class of each row by its place, or its number or probability in a sketch,
/// since the graph brings nothing from which bins could be made. Safe to use from any number of threads.
/// </summary>
internal sealed class AnswerCounts
{
    private readonly Lock _lock = new();
    private readonly RowAnswer _answer;
    private readonly long[] _places;
    private QuantileSketch? _numbers;
    private long _rows;
    private long _missing;

    public AnswerCounts(RowAnswer answer)
    {
        _answer = answer;
        var name = answer.Schema.Output;
        var score = answer.Task == ModelTask.Multiclass ? LateBins.Categories(name, answer.Classes) : LateBins.Numbers(name);
        Profile = new(0, [], score);
        _places = new long[score.Counts.Count];
    }

    /// <summary>What is counted, and nothing of training data.</summary>
    public BaselineProfile Profile { get; }

    /// <summary>Counts the rows of an answer, where it has the form that the package told.</summary>
    public void Add(IReadOnlyList<NamedTensor> outputs)
    {
        var rows = _answer.RowsOf(outputs);
        if (rows == 0)
            return;
        var (predictions, cells) = (ArrayPool<float>.Shared.Rent(rows), ArrayPool<float>.Shared.Rent(rows * _answer.Width));
        _answer.Write(outputs, predictions.AsSpan(0, rows), cells.AsSpan(0, rows * _answer.Width));
        lock (_lock)
        {
            _rows += rows;
            for (var row = 0; row < rows; row++)
            {
                if (_places.Length > 0)
                    AddPlace((int)cells[row * _answer.Width]);
                else
                    AddNumber(predictions[row]);
            }
        }

        ArrayPool<float>.Shared.Return(predictions);
        ArrayPool<float>.Shared.Return(cells);
    }

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public ModelWindow Take()
    {
        lock (_lock)
        {
            var score = new CountedWindow(_rows, [.. _places], _missing, Min: _numbers?.Min, Max: _numbers?.Max) { Sketch = _numbers?.ToBytes() };
            Array.Clear(_places);
            (_numbers, _missing) = (null, 0);
            var rows = _rows;
            _rows = 0;
            return new(rows, [], score);
        }
    }

    private void AddPlace(int place)
    {
        if (place < 0)
            _missing++;
        else
            _places[place]++;
    }

    // Replicas are merged, so each sketch has a coin of its own.
    private void AddNumber(float value)
    {
        if (float.IsNaN(value))
            _missing++;
        else
            (_numbers ??= new(seed: Random.Shared.Next())).Add(Math.Clamp(value, float.MinValue, float.MaxValue));
    }
}
