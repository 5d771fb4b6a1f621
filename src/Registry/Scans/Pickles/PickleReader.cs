using System.Buffers.Binary;
using System.Text;

namespace Assay.Registry.Scans.Pickles;

/// <summary>A pickle that no unpickler would read to its end; what it did until there still counts.</summary>
internal sealed class BrokenPickleException(long offset, string problem) : Exception(problem)
{
    public long Offset { get; } = offset;
}

/// <summary>Reads opcodes and their arguments from a seekable stream, in constant memory.</summary>
internal sealed class PickleReader(Stream stream)
{
    private const int LineKeptMax = 4096;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly long _length = stream.Length;
    private long _bufferStart;
    private int _count;
    private int _next;

    public Stream Stream => stream;

    public long Length => _length;

    public long Position
    {
        get => _bufferStart + _next;
        set
        {
            if (value >= _bufferStart && value <= _bufferStart + _count)
            {
                _next = (int)(value - _bufferStart);
                return;
            }

            (_bufferStart, _count, _next) = (value, 0, 0);
        }
    }

    public byte ReadByte() => _next < _count || Fill() ? _buffer[_next++] : throw Ended();

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Exactly(stackalloc byte[2]));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Exactly(stackalloc byte[4]));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Exactly(stackalloc byte[4]));

    public long ReadLength64()
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(Exactly(stackalloc byte[8]));
        return length <= long.MaxValue ? (long)length : throw new BrokenPickleException(Position, "a length is larger than any file");
    }

    /// <summary>The bytes themselves; the caller bounds the length.</summary>
    public byte[] ReadBytes(int length)
    {
        var bytes = new byte[length];
        Exactly(bytes);
        return bytes;
    }

    public void Skip(long length)
    {
        if (length < 0 || length > _length - Position)
            throw Ended();
        Position += length;
    }

    /// <summary>A line without its end. Of a longer one the first 4,096 bytes: no name or number that matters has more.</summary>
    public byte[] ReadLine()
    {
        var line = new List<byte>();
        while (true)
        {
            var next = ReadByte();
            if (next == '\n')
                return [.. line];
            if (line.Count < LineKeptMax)
                line.Add(next);
        }
    }

    public string ReadText(int length) => Encoding.UTF8.GetString(ReadBytes(length));

    private Span<byte> Exactly(Span<byte> bytes)
    {
        var filled = 0;
        while (filled < bytes.Length)
        {
            if (_next >= _count && !Fill())
                throw Ended();
            var take = Math.Min(bytes.Length - filled, _count - _next);
            _buffer.AsSpan(_next, take).CopyTo(bytes[filled..]);
            (_next, filled) = (_next + take, filled + take);
        }

        return bytes;
    }

    private bool Fill()
    {
        _bufferStart += _next;
        (_next, _count) = (0, 0);
        if (_bufferStart >= _length)
            return false;
        stream.Position = _bufferStart;
        _count = stream.Read(_buffer);
        return _count > 0;
    }

    private BrokenPickleException Ended() => new(Position, "it ends in the middle of an instruction");
}
