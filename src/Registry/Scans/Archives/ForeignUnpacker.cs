using SharpCompress.Common;

namespace Assay.Registry.Scans.Archives;

/// <summary>
/// A library's unpacking stream, held to one way of failing: whatever hostile bytes make it throw means that they are damaged.
/// </summary>
internal sealed class ForeignUnpacker(Func<Stream> open) : Stream
{
    private Stream? _inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return (_inner ??= open()).Read(buffer, offset, count);
        }
        catch (Exception problem) when (problem is SharpCompressException or IOException or IndexOutOfRangeException or ArgumentException
            or InvalidOperationException or NullReferenceException or ArithmeticException or NotSupportedException)
        {
            throw new InvalidDataException("The packed bytes are damaged.", problem);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var bytes = new byte[Math.Min(buffer.Length, 64 * 1024)];
        var read = Read(bytes, 0, bytes.Length);
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner?.Dispose();
        base.Dispose(disposing);
    }
}
