using Assay.Kernel.Blobs;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>
/// Calls on the disk that wait for their file: of one endpoint, one model and one hour. One writer appends; others may read
/// what was flushed.
/// </summary>
internal sealed class Segment : IDisposable
{
    private const int FrameBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly SegmentSeal _seal;
    private readonly MemoryStream _pending = new();
    private readonly BinaryWriter _writer;
    private (int Calls, long Places, DateTimeOffset From, DateTimeOffset To) _waiting;
    private long _places;
    private long _told;

    private Segment(SegmentHead head, string path, FileStream file, SegmentSeal seal)
    {
        (Head, Path, _file, _seal, Length) = (head, path, file, seal, file.Length);
        _writer = new BinaryWriter(_pending);
    }

    public SegmentHead Head { get; }

    public string Path { get; }

    /// <summary>Bytes that were flushed.</summary>
    public long Length { get; private set; }

    /// <summary>Calls that were flushed.</summary>
    public long Calls { get; private set; }

    /// <summary>Calls that were flushed since it was asked last.</summary>
    public long TakeNewCalls()
    {
        var calls = Calls - _told;
        _told = Calls;
        return calls;
    }

    /// <summary>Where each frame with calls begins.</summary>
    public FrameMarks Marks { get; } = new();

    /// <summary>Whether a write failed: what comes next belongs into another segment, for no number seals twice.</summary>
    public bool IsBroken { get; private set; }

    public DateTimeOffset From { get; private set; } = DateTimeOffset.MaxValue;

    public DateTimeOffset To { get; private set; } = DateTimeOffset.MinValue;

    /// <exception cref="IOException">The disk doesn't take it.</exception>
    public static Segment Create(string folder, SegmentHead head, IKeyRing keys)
    {
        var path = System.IO.Path.Combine(folder, head.Id + SegmentFile.Suffix);
        var (file, seal) = SegmentFile.Create(path, head, keys);
        return new(head, path, file, seal);
    }

    /// <summary>Adds a call to what <see cref="Flush"/> writes.</summary>
    /// <returns>Calls lost, because the disk did not take them.</returns>
    public int Add(LoggedCall call, ColumnMask mask)
    {
        var before = _pending.Length;
        try
        {
            SpilledCall.Write(_writer, call, mask);
        }
        catch
        {
            _pending.SetLength(before);   // half a call would garble all that follow
            throw;
        }

        var places = Math.Max(1, call.Rows);
        _waiting = _waiting.Calls == 0
            ? (1, places, call.At, call.At)
            : (_waiting.Calls + 1, _waiting.Places + places, call.At < _waiting.From ? call.At : _waiting.From, call.At > _waiting.To ? call.At : _waiting.To);
        return _pending.Length >= FrameBytes ? Flush() : 0;
    }

    /// <summary>Hands what was added to the operating system, where it survives the end of this process.</summary>
    /// <returns>Calls lost, because the disk did not take them.</returns>
    public int Flush()
    {
        var (calls, places, from, to) = _waiting;
        if (calls == 0)
            return 0;
        try
        {
            if (IsBroken)
                return calls;
            var mark = new FrameMark(_seal.Number, Length, Calls, _places);
            _seal.Append(_file, _pending.GetBuffer().AsSpan(0, (int)_pending.Length));
            Marks.Add(mark);
            (Length, _places) = (_file.Length, _places + places);
            (Calls, From, To) = (Calls + calls, from < From ? from : From, to > To ? to : To);
            return 0;
        }
        catch (IOException)   // full or broken: the log loses these calls, and the answers went out long ago
        {
            IsBroken = true;
            return calls;
        }
        finally
        {
            _waiting = default;
            _pending.SetLength(0);
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _seal.Dispose();
        _file.Dispose();
    }
}
