using System.Buffers.Binary;
using System.IO.Compression;

namespace Assay.Tests.Registry.Scans;

/// <summary>Writes zips, and spoils them.</summary>
internal static class Zips
{
    private const uint LocalSignature = 0x04034b50;
    private const uint CentralSignature = 0x02014b50;

    public static byte[] Of(params (string Name, byte[] Bytes)[] members) => Of(CompressionLevel.NoCompression, members);

    public static byte[] Of(CompressionLevel level, params (string Name, byte[] Bytes)[] members)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
            {
                using var member = zip.CreateEntry(name, level).Open();
                member.Write(bytes);
            }
        }

        return packed.ToArray();
    }

    /// <summary>A zip with one changed number in the directory's first entry or the first member's own header.</summary>
    public static byte[] Changed(byte[] zip, bool inDirectory, int at, ushort value)
    {
        var changed = zip.ToArray();
        var header = IndexOf(changed, inDirectory ? CentralSignature : LocalSignature);
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(header + at), value);
        return changed;
    }

    public static int IndexOf(byte[] zip, uint signature)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, signature);
        return zip.AsSpan().IndexOf(bytes);
    }
}
