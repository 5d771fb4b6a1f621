using System.Buffers.Binary;
using Assay.Registry.Scans.Contents;
using SharpCompress.Compressors.LZMA;

namespace Assay.Registry.Scans.Archives;

/// <summary>Unpacks LZMA and xz. The container is read here, so that a header can't ask for gigabytes of dictionary.</summary>
internal static class XzBlocks
{
    private const int DictionaryBytesMax = 64 << 20;
    private const int StreamHeaderBytes = 12;
    private const int LzmaHeaderBytes = 13;
    private const ulong Lzma2Filter = 0x21;

    /// <summary>Unpacks the older format, of one stream with its own header.</summary>
    public static Stream OpenLzma(Stream content)
    {
        var header = new byte[LzmaHeaderBytes];
        content.Position = 0;
        content.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(1)) > DictionaryBytesMax)
            throw TooLarge();
        var packed = new Slice(content, LzmaHeaderBytes, content.Length - LzmaHeaderBytes);
        return new ForeignUnpacker(() => LzmaStream.Create(header[..5], packed, packed.Length, BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(5)), leaveOpen: true));
    }

    /// <summary>Unpacks xz, all its streams and blocks one after the other.</summary>
    public static Stream OpenXz(Stream content) => new Concatenated(Blocks(content).GetEnumerator());

    private static IEnumerable<Stream> Blocks(Stream content)
    {
        var position = 0L;
        while (position + StreamHeaderBytes <= content.Length)
        {
            if (!Bytes(content, position, 6).AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
                throw new InvalidDataException("The xz stream has no header.");
            var checkBytes = (Bytes(content, position + 7, 1)[0] & 0xf) switch { 0 => 0, 1 => 4, 4 => 8, 10 => 32, _ => throw new InvalidDataException("The xz stream has an unknown checksum.") };
            position += StreamHeaderBytes;
            for (var size = Bytes(content, position, 1)[0]; size != 0; size = Bytes(content, position, 1)[0])
            {
                var header = Bytes(content, position, (size + 1) * 4);
                var dictionary = DictionaryOf(header);
                position += header.Length;
                var length = ChunksLength(content, position);
                var packed = new Slice(content, position, length);
                yield return new ForeignUnpacker(() => LzmaStream.Create([dictionary], packed, leaveOpen: true));
                position += ((length + 3) / 4 * 4) + checkBytes;
            }

            position = AfterIndex(content, position);
        }
    }

    // Flags, sizes where the flags say so, and the one filter that is understood here.
    private static byte DictionaryOf(byte[] header)
    {
        var at = 2;
        if ((header[1] & 0x3) != 0)
            throw new InvalidDataException("The xz block has more than one filter.");
        if ((header[1] & 0x40) != 0)
            Number(header, ref at);
        if ((header[1] & 0x80) != 0)
            Number(header, ref at);
        if (Number(header, ref at) != Lzma2Filter || Number(header, ref at) != 1)
            throw new InvalidDataException("The xz block has an unknown filter.");
        var bits = header[at];
        if (bits > 40 || (2L | (bits & 1)) << ((bits / 2) + 11) > DictionaryBytesMax)
            throw TooLarge();
        return bits;
    }

    private static ulong Number(byte[] bytes, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            number |= (ulong)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] < 0x80)
                return number;
        }

        throw new InvalidDataException("A number in the xz header does not end.");
    }

    // A block is a row of chunks, each of which says its length; a zero ends it.
    private static long ChunksLength(Stream content, long start)
    {
        var position = start;
        while (true)
        {
            var control = Bytes(content, position, 1)[0];
            if (control == 0)
                return position + 1 - start;
            if (control is > 2 and < 0x80)
                throw new InvalidDataException("The xz block has an unknown chunk.");
            position += control < 0x80
                ? 3 + BinaryPrimitives.ReadUInt16BigEndian(Bytes(content, position + 1, 2)) + 1
                : 5 + (control >= 0xc0 ? 1 : 0) + BinaryPrimitives.ReadUInt16BigEndian(Bytes(content, position + 3, 2)) + 1;
        }
    }

    // The index has its number of records, two numbers for each, padding and a checksum; then the footer and more padding.
    private static long AfterIndex(Stream content, long start)
    {
        var position = start + 1;
        var records = Number(content, ref position);
        for (var index = 0UL; index < records * 2; index++)
            Number(content, ref position);
        position = start + ((position - start + 3) / 4 * 4) + 4 + StreamHeaderBytes;
        while (position + 4 <= content.Length && BinaryPrimitives.ReadUInt32LittleEndian(Bytes(content, position, 4)) == 0)
            position += 4;
        return position;
    }

    private static ulong Number(Stream content, ref long position)
    {
        var number = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = Bytes(content, position++, 1)[0];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }

        throw new InvalidDataException("A number in the xz index does not end.");
    }

    private static byte[] Bytes(Stream content, long position, int length)
    {
        var bytes = new byte[length];
        content.Position = position;
        content.ReadExactly(bytes);
        return bytes;
    }

    private static InvalidDataException TooLarge() => new("It asks for a dictionary of more than 64 MiB.");

    private sealed class Concatenated(IEnumerator<Stream> parts) : Stream
    {
        private Stream? _part;

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
            while (true)
            {
                if (_part?.Read(buffer, offset, count) is > 0 and var read)
                    return read;
                _part?.Dispose();
                if (!parts.MoveNext())
                    return 0;
                _part = parts.Current;
            }
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
