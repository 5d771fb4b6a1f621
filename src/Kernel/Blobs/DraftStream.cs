namespace Assay.Kernel.Blobs;

/// <summary>
/// A file that is written front to back. The system is told again and again to bring to the disk what was written, so that
/// the flush at the end, for which the client waits, finds little left to do.
/// </summary>
internal sealed class DraftStream(FileStream file) : Stream
{
    private const long BeginBytes = 8 << 20;
    private long _begun;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => file.CanWrite;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await file.WriteAsync(buffer, cancellationToken);
        Begin();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        file.Write(buffer);
        Begin();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is kept here.
    }

    /// <summary>Waits until all is on the disk.</summary>
    public void FlushToDisk() => file.Flush(flushToDisk: true);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private void Begin()
    {
        if (file.Position - _begun < BeginBytes)
            return;
        DurableFile.BeginFlush(file.SafeFileHandle, _begun, file.Position - _begun);
        _begun = file.Position;
    }
}
