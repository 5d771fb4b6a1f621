using Assay.Inference.Tensors;
using Assay.Statistics.Profiles;

namespace Assay.Inference.Counts;

/// <summary>
/// Counts of the inputs of calls, or of the answers: those that the model names, and of one that names none those that come, as
/// far as there is room. Not safe for several threads.
/// </summary>
internal sealed class TensorCounts
{
    private const int NamesMax = 256;   // of a model that names none, callers choose them

    private readonly string _prefix;
    private readonly ValueBudget _budget;
    private readonly bool _isOpen;   // what comes is counted, whatever its name
    private readonly bool _isAnswer;
    private readonly List<(string Name, TensorSeries Series)> _tensors = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private int _room;

    /// <param name="specs">What the model names; empty where it says nothing.</param>
    /// <param name="columns">Names of the elements where there is one input.</param>
    /// <param name="isAnswer">Whether they are outputs: their names say so, and one that nobody asked for isn't missing.</param>
    /// <param name="room">Series that it may make.</param>
    /// <param name="budget">What may be counted.</param>
    public TensorCounts(IReadOnlyList<TensorSpec> specs, IReadOnlyList<string>? columns, bool isAnswer, int room, ValueBudget budget)
    {
        (_prefix, _isAnswer, _room, _budget) = (isAnswer ? "answer " : "", isAnswer, room, budget);
        _isOpen = specs.Count == 0 || specs.Any(spec => spec.Shape.Count == 0);
        foreach (var spec in specs.Where(spec => spec.Shape.Count > 0))
            Make(spec.Name, spec, null, specs.Count == 1 ? columns : null);
    }

    /// <summary>Counts the tensors of a call.</summary>
    public void Add(IReadOnlyList<NamedTensor> tensors)
    {
        if (_isOpen)
        {
            foreach (var tensor in tensors)
                Make(tensor.Name, null, tensor, null);
        }

        var rows = 1;
        foreach (var (name, series) in _tensors)
        {
            if (Find(tensors, name) is not { } tensor)
                continue;
            series.Add(tensor, _budget);
            rows = series.Rows;
        }

        if (_isAnswer)
            return;
        foreach (var (name, series) in _tensors)
        {
            if (Find(tensors, name) is null && _budget.Take(rows, 1) is > 0 and var missing)
                series.AddMissing(missing);
        }
    }

    /// <summary>Takes the counts since the last call.</summary>
    public IEnumerable<CountedWindow> Take() => _tensors.SelectMany(tensor => tensor.Series.Take());

    private static NamedTensor? Find(IReadOnlyList<NamedTensor> tensors, string name)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Name == name)
                return tensor;
        }

        return null;
    }

    private void Make(string name, TensorSpec? spec, NamedTensor? first, IReadOnlyList<string>? columns)
    {
        if (_room <= 0 || _known.Count == NamesMax || !_known.Add(name) || TensorSeries.Of(_prefix + name, spec, first, columns, _room) is not { } series)
            return;
        _tensors.Add((name, series));
        _room -= series.Count;
    }
}
