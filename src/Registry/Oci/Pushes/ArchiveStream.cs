using System.Text;

namespace Assay.Registry.Oci.Pushes;

/// <summary>
/// A tar archive as it is read, within limits: of everything in it, not of what files hold alone, and of the records about
/// a file (long names, extended attributes), which the reader takes into memory whole.
/// </summary>
/// <param name="inner">The archive, unpacked.</param>
/// <param name="count">Is told of the bytes that were read, and throws when they are too many.</param>
internal sealed class ArchiveStream(Stream inner, Action<int> count) : Stream
{
    private const int BlockBytes = 512;
    private const int TypeAt = 156;
    private const int RecordBytesMax = 1 << 20;
    private static readonly Range Size = 124..136;
    private readonly byte[] _block = new byte[BlockBytes];
    private long _read;
    private long _passing;
    private bool _atHeaders;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What is read from here on are headers, until <see cref="ExpectContent"/>. The content before was read to its end.</summary>
    public void ExpectHeaders() => (_atHeaders, _passing) = (true, _read % BlockBytes == 0 ? 0 : BlockBytes);

    /// <summary>What is read from here on is the content of a file.</summary>
    public void ExpectContent() => _atHeaders = false;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Up to the end of a block, so that each header is looked at before the reader acts on it.
        var at = (int)(_read % BlockBytes);
        var part = _atHeaders ? buffer[..Math.Min(buffer.Length, BlockBytes - at)] : buffer;
        var found = await inner.ReadAsync(part, cancellationToken);
        count(found);
        _read += found;
        if (!_atHeaders || found == 0)
            return found;
        part.Span[..found].CopyTo(_block.AsSpan(at));
        if (_read % BlockBytes == 0)
            EndBlock();
        return found;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read without waiting.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private void EndBlock()
    {
        if (_passing > 0)
        {
            _passing -= BlockBytes;   // padding, or a part of a record
            return;
        }

        if ((char)_block[TypeAt] is not ('x' or 'g' or 'L' or 'K'))
            return;
        var bytes = SizeOf(_block[Size]);
        if (bytes is null or > RecordBytesMax)
            throw OciErrors.ManifestInvalid($"A layer holds a record about a file (its long name, or attributes) of more than {RecordBytesMax >> 20} MiB.");
        _passing = (bytes.Value + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    // Digits to the base of 8. Any other way of writing it is for what is larger than a record may be.
    private static long? SizeOf(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field).Trim(' ', '\0');
        return digits.All(char.IsAsciiDigit) && !digits.Contains('8', StringComparison.Ordinal) && !digits.Contains('9', StringComparison.Ordinal)
            ? digits.Aggregate(0L, (sum, digit) => (sum * 8) + (digit - '0'))
            : null;
    }
}
