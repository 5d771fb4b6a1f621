using System.Buffers.Binary;
using System.Text;

namespace Assay.Registry.Scans.Archives;

/// <summary>A member as a zip's directory names it.</summary>
internal sealed record ZipMember(string Name, int Flags, int Method, uint Crc, long PackedBytes, long Bytes, long HeaderOffset, bool IsLink);

/// <summary>The directory at the end of a zip, as Python and PyTorch find it.</summary>
internal sealed class ZipDirectory
{
    private const int EndBytes = 22;
    private const int CommentMax = ushort.MaxValue;
    private const int CentralBytes = 46;
    private const uint EndSignature = 0x06054b50;
    private const uint CentralSignature = 0x02014b50;
    private const uint Locator64Signature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const int NamesBytesMax = 64 << 20;

    /// <summary>Bytes before the zip, by which all its offsets are shifted.</summary>
    public required long Prefix { get; init; }

    /// <summary>Where the directory begins: members end before it.</summary>
    public required long Start { get; init; }

    /// <summary>Bytes behind the end that are no comment.</summary>
    public required long Behind { get; init; }

    public required int Count { get; init; }

    private long EndRecord { get; init; }

    /// <summary>The directory; null when there is none.</summary>
    public static ZipDirectory? Find(Stream content)
    {
        if (content.Length < EndBytes)
            return null;
        var tail = new byte[(int)Math.Min(content.Length, EndBytes + CommentMax)];
        content.Position = content.Length - tail.Length;
        content.ReadExactly(tail);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndSignature
                && Read(content, tail.AsSpan(at), content.Length - tail.Length + at) is { } directory)
            {
                return directory;
            }
        }

        return null;
    }

    /// <summary>The members, as far as the directory can be read.</summary>
    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    public IEnumerable<ZipMember> Members(Stream content)
    {
        var (position, names) = (Start, 0L);
        var header = new byte[CentralBytes];
        for (var index = 0; index < Count; index++)
        {
            if (position + CentralBytes > EndRecord)
                throw new InvalidDataException("the directory ends before its last member");
            content.Position = position;
            content.ReadExactly(header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != CentralSignature)
                throw new InvalidDataException("the directory has an entry that is none");
            var rest = new byte[Word(header, 28) + Word(header, 30) + Word(header, 32)];
            names += rest.Length;
            if (position + CentralBytes + rest.Length > EndRecord || names > NamesBytesMax)
                throw new InvalidDataException("an entry of the directory is longer than the directory");
            content.ReadExactly(rest);
            yield return Member(header, rest);
            position += CentralBytes + rest.Length;
        }

        if (position != EndRecord && !IsEnd64(content, position))
            throw new InvalidDataException("the directory holds more than the members that it counts");
    }

    private ZipMember Member(byte[] header, byte[] rest)
    {
        var nameLength = Word(header, 28);
        var (packed, bytes, offset) = ((long)Double(header, 20), (long)Double(header, 24), (long)Double(header, 42));
        var extra = rest.AsSpan(nameLength, Word(header, 30));
        while (extra.Length >= 4)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
                Read64(extra.Slice(4, length), ref bytes, ref packed, ref offset);
            extra = extra[(4 + length)..];
        }

        var madeOnUnix = header[5] == 3;
        var kind = (Double(header, 38) >> 28) & 0xf;
        return new(NameOf(rest.AsSpan(0, nameLength), Word(header, 8)), Word(header, 8), Word(header, 10), Double(header, 16), packed, bytes, offset + Prefix, madeOnUnix && kind == 0xa);
    }

    public static string NameOf(ReadOnlySpan<byte> bytes, int flags) => ((flags & 0x800) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);

    private static void Read64(ReadOnlySpan<byte> extra, ref long bytes, ref long packed, ref long offset)
    {
        Take(ref extra, ref bytes);
        Take(ref extra, ref packed);
        Take(ref extra, ref offset);
    }

    private static void Take(ref ReadOnlySpan<byte> extra, ref long field)
    {
        if (field != uint.MaxValue || extra.Length < 8)
            return;
        field = BinaryPrimitives.ReadInt64LittleEndian(extra);
        extra = extra[8..];
    }

    private static ZipDirectory? Read(Stream content, ReadOnlySpan<byte> end, long endOffset)
    {
        var (count, size, offset) = ((long)BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), (long)BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), (long)BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
        var comment = BinaryPrimitives.ReadUInt16LittleEndian(end[20..]);
        var directoryEnd = endOffset;
        if (Locate64(content, endOffset) is var (end64, wideCount, wideSize, wideOffset))
            (directoryEnd, count, size, offset) = (end64, wideCount, wideSize, wideOffset);

        // The directory ends where its end record begins; what its offset falls short of that is a prefix.
        var start = directoryEnd - size;
        if (start < 0 || size < 0 || offset < 0 || offset > start || count < 0 || count > int.MaxValue || (count == 0) != (size == 0))
            return null;
        if (count > 0 && !HasSignature(content, start, CentralSignature))
            return null;
        return new()
        {
            Prefix = start - offset,
            Start = start,
            Behind = content.Length - (endOffset + EndBytes + comment),
            Count = (int)count,
            EndRecord = directoryEnd,
        };
    }

    private static (long End, long Count, long Size, long Offset)? Locate64(Stream content, long endOffset)
    {
        if (endOffset < 20 || !HasSignature(content, endOffset - 20, Locator64Signature))
            return null;
        // Python and others look right before the locator, whatever it says.
        var start = endOffset - 20 - 56;
        if (start < 0 || !HasSignature(content, start, End64Signature))
            return null;
        var record = new byte[56];
        content.Position = start;
        content.ReadExactly(record);
        return (start, BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)), BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)));
    }

    private static bool IsEnd64(Stream content, long position) => HasSignature(content, position, End64Signature);

    private static bool HasSignature(Stream content, long offset, uint signature)
    {
        if (offset < 0 || offset + 4 > content.Length)
            return false;
        Span<byte> bytes = stackalloc byte[4];
        content.Position = offset;
        content.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == signature;
    }

    private static int Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint Double(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
