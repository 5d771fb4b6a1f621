using System.Buffers;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Counts;

/// <summary>
/// Live counts of what an ONNX graph answers: the class of each row by its place, or its number or probability in a sketch,
/// since the graph brings nothing from which bins could be made. Safe to use from any number of threads.
/// </summary>
internal sealed class AnswerCounts
{
    private readonly Lock _lock = new();
    private readonly RowAnswer _answer;
    private readonly LateCounts _counts;

    public AnswerCounts(RowAnswer answer)
    {
        _answer = answer;
        var name = answer.Schema.Output;
        Score = answer.Task == ModelTask.Multiclass ? LateBins.Categories(name, answer.Classes) : LateBins.Numbers(name);
        _counts = Score.Categories is null ? LateCounts.Numbers() : LateCounts.Categories(Score.Counts.Count);
    }

    /// <summary>What is counted.</summary>
    public Baseline Score { get; }

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
            for (var row = 0; row < rows; row++)
            {
                if (_counts.IsOfPlaces)
                    _counts.AddPlace((int)cells[row * _answer.Width]);
                else
                    _counts.Add(predictions[row]);
            }
        }

        ArrayPool<float>.Shared.Return(predictions);
        ArrayPool<float>.Shared.Return(cells);
    }

    /// <summary>Takes the counts since the last call and starts new ones.</summary>
    public CountedWindow Take()
    {
        lock (_lock)
            return _counts.Take();
    }
}
