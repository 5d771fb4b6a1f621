namespace Assay.Registry.Scans.Pickles;

/// <summary>The stack with its marks, and the memo, of an unpickler; bounded.</summary>
internal sealed class PickleStack(ScanBudget budget, PickleReader reader)
{
    private const int MarksMax = 100_000;
    private PickleValue[] _values = new PickleValue[64];
    private int _count;
    private readonly List<int> _marks = [];
    private readonly List<PickleValue> _memo = [];
    private readonly Dictionary<long, PickleValue> _sparseMemo = [];

    private int Bottom => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(PickleValue value)
    {
        if (_count >= budget.Limits.PickleValuesMax)
            throw new ScanLimitException($"the stack holds more than {budget.Limits.PickleValuesMax:N0} values");
        if (_count == _values.Length)
            Array.Resize(ref _values, _count * 2);
        _values[_count++] = value;
    }

    public PickleValue Pop()
    {
        var value = Peek();
        _count--;
        return value;
    }

    public PickleValue Peek() => _count > Bottom
        ? _values[_count - 1]
        : throw new BrokenPickleException(reader.Position, "it takes a value from an empty stack");

    public void Replace(PickleValue value)
    {
        Peek();
        _values[_count - 1] = value;
    }

    public void Mark()
    {
        if (_marks.Count >= MarksMax)
            throw new ScanLimitException($"more than {MarksMax:N0} marks are open");
        _marks.Add(_count);
    }

    /// <summary>Python's POP takes a mark away when nothing stands above it.</summary>
    public void PopValueOrMark()
    {
        if (_count == Bottom && _marks.Count > 0)
            _marks.RemoveAt(_marks.Count - 1);
        else
            Pop();
    }

    /// <summary>The values above the last mark, which hold until the next one is pushed.</summary>
    public ReadOnlySpan<PickleValue> PopToMark()
    {
        if (_marks.Count == 0)
            throw new BrokenPickleException(reader.Position, "it looks for a mark that was not set");
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        var values = _values.AsSpan(mark, _count - mark);
        _count = mark;
        return values;
    }

    public void Memoize() => Put(_memo.Count + _sparseMemo.Count, Peek());

    public void Put(long index) => Put(index, Peek());

    public PickleValue Get(long index) =>
        index >= 0 && index < _memo.Count ? _memo[(int)index]
        : _sparseMemo.TryGetValue(index, out var value) ? value
        : throw new BrokenPickleException(reader.Position, $"it asks for memo {index}, which was not kept");

    private void Put(long index, PickleValue value)
    {
        if (_memo.Count + _sparseMemo.Count >= budget.Limits.PickleValuesMax)
            throw new ScanLimitException($"the memo holds more than {budget.Limits.PickleValuesMax:N0} values");
        if (index == _memo.Count && !_sparseMemo.ContainsKey(index))
            _memo.Add(value);
        else if (index >= 0 && index < _memo.Count)
            _memo[(int)index] = value;
        else
            _sparseMemo[index] = value;
    }
}
