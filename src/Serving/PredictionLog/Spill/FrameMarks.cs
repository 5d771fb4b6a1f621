namespace Assay.Serving.PredictionLog.Spill;

/// <summary>What stands before a frame of a segment, so that reading can begin there.</summary>
/// <param name="Number">Frames before it, the head's among them.</param>
/// <param name="Position">Where it begins in the file.</param>
/// <param name="Calls">Calls before it.</param>
/// <param name="Places">Places before it: rows, and one for a call without any.</param>
internal readonly record struct FrameMark(long Number, long Position, long Calls, long Places);

/// <summary>
/// Where the frames of a segment begin that this process writes. Who counts a log looks at it again and again, and would
/// otherwise read all that it knows already. Safe to read while the writer adds.
/// </summary>
internal sealed class FrameMarks
{
    private readonly Lock _lock = new();
    private readonly List<FrameMark> _marks = [];

    /// <summary>Adds the next frame.</summary>
    public void Add(FrameMark mark)
    {
        lock (_lock)
            _marks.Add(mark);
    }

    /// <summary>The last frame that begins at or before a place; null where none is known.</summary>
    public FrameMark? At(long place)
    {
        lock (_lock)
        {
            var (low, high) = (0, _marks.Count);   // of the marks before low all begin at or before the place, from high on none does
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = _marks[middle].Places <= place ? (middle + 1, high) : (low, middle);
            }

            return low == 0 ? null : _marks[low - 1];
        }
    }
}
