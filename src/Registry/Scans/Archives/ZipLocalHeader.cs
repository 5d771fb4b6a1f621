using System.Buffers.Binary;

namespace Assay.Registry.Scans.Archives;

/// <summary>What stands before a member's bytes: the same as in the directory, or somebody will see another file.</summary>
internal sealed record ZipLocalHeader(string Name, int Flags, int Method, uint Crc, long PackedBytes, long Bytes, long DataOffset)
{
    public const uint Signature = 0x04034b50;
    private const int FixedBytes = 30;
    private const int HasDescriptor = 0x8;

    /// <summary>The header; null when there is none.</summary>
    public static ZipLocalHeader? Read(Stream content, long offset)
    {
        if (offset < 0 || offset + FixedBytes > content.Length)
            return null;
        var header = new byte[FixedBytes];
        content.Position = offset;
        content.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature)
            return null;
        int Word(int at) => BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(at));
        long Double(int at) => BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(at));

        var (nameLength, extraLength) = (Word(26), Word(28));
        if (offset + FixedBytes + nameLength + extraLength > content.Length)
            return null;
        var rest = new byte[nameLength + extraLength];
        content.ReadExactly(rest);
        var (packed, bytes) = (Double(18), Double(22));
        for (var extra = rest.AsSpan(nameLength); extra.Length >= 4;)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1 && length >= 16)
                (bytes, packed) = (BinaryPrimitives.ReadInt64LittleEndian(extra[4..]), BinaryPrimitives.ReadInt64LittleEndian(extra[12..]));
            extra = extra[(4 + length)..];
        }

        return new(ZipDirectory.NameOf(rest.AsSpan(0, nameLength), Word(6)), Word(6), Word(8), (uint)Double(14), packed, bytes, offset + FixedBytes + rest.Length);
    }

    /// <summary>In what it differs from the directory; null when it does not.</summary>
    public string? Difference(ZipMember member)
    {
        if (Name != member.Name)
            return "its name";
        if (Method != member.Method)
            return "how it is packed";
        if (((Flags ^ member.Flags) & ~(HasDescriptor | 0x6)) != 0)
            return "its flags";
        // With a descriptor the header may leave sizes and checksum open.
        if ((Flags & HasDescriptor) != 0 && Crc == 0)
            return null;
        if (Crc != member.Crc)
            return "its checksum";
        return PackedBytes != member.PackedBytes || Bytes != member.Bytes ? "its size" : null;
    }
}
