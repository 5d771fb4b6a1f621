using System.Security.Cryptography;
using System.Text.Json;
using Assay.Kernel.Blobs;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>Reads a segment, also one that is being written.</summary>
internal sealed class SegmentReader : IDisposable
{
    private readonly FileStream _file;
    private readonly IEnumerator<ReadOnlyMemory<byte>> _frames;

    private SegmentReader(FileStream file, IEnumerator<ReadOnlyMemory<byte>> frames, SegmentHead head, FrameMark? from) =>
        (_file, _frames, Head, Skipped) = (file, frames, head, from ?? default);

    public SegmentHead Head { get; }

    /// <summary>What stands before the first of <see cref="Calls"/>.</summary>
    public FrameMark Skipped { get; }

    /// <summary>Opens a segment, to read it from the beginning or from a frame on; null for one of which a crash left not even the head.</summary>
    /// <exception cref="CryptographicException">The file was changed, or its key is not on this ring.</exception>
    public static SegmentReader? Open(string path, IKeyRing keys, FrameMark? from = null)
    {
        var file = SegmentFile.Open(path);
        try
        {
            var frames = SegmentFile.Frames(file, System.IO.Path.GetFileNameWithoutExtension(path), keys, from).GetEnumerator();
            if (frames.MoveNext())
                return new(file, frames, JsonSerializer.Deserialize<SegmentHead>(frames.Current.Span)!, from);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a segment; null also for one that is gone, was changed, or that no key opens.</summary>
    public static SegmentReader? TryOpen(string path, IKeyRing keys, FrameMark? from = null)
    {
        try
        {
            return Open(path, keys, from);
        }
        catch (Exception problem) when (problem is FileNotFoundException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The calls in the order in which they ended. It is one object, read into again and again.</summary>
    public IEnumerable<SpilledCall> Calls()
    {
        var call = new SpilledCall();
        while (_frames.MoveNext())
        {
            var frame = _frames.Current;
            for (var place = 0; place < frame.Length;)
            {
                place = call.Read(frame.Span, place, Head);
                yield return call;
            }
        }
    }

    public void Dispose()
    {
        _frames.Dispose();
        _file.Dispose();
    }
}
