using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using Assay.Registry.Scans.Archives;
using Assay.Registry.Scans.Documents;

namespace Assay.Registry.Scans.Contents;

/// <summary>Tells formats by their bytes.</summary>
internal static class Formats
{
    public const int HeadBytes = 1024;
    private const int TextBytes = 64 * 1024;
    private static readonly long[] Hdf5Offsets = [0, 512, 1024, 2048, 4096, 8192];

    /// <summary>The first bytes, fewer when there are fewer.</summary>
    public static byte[] Head(Stream content)
    {
        var head = new byte[(int)Math.Min(HeadBytes, content.Length)];
        content.Position = 0;
        return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>The format; a pickle without a protocol's mark is not told from text here, and a zip behind other bytes neither.</summary>
    public static ContentFormat Of(Stream content, ReadOnlySpan<byte> head, string name)
    {
        if (content.Length == 0)
            return ContentFormat.Empty;
        if (ByMagic(head) is { } magic)
            return magic;
        if (IsHdf5(content))
            return ContentFormat.Hdf5;
        if (TarHeader.IsOne(head))
            return ContentFormat.Tar;
        if (IsZlib(content, head))
            return ContentFormat.Zlib;
        if (SafetensorsScan.IsOne(content, head))
            return ContentFormat.Safetensors;
        var isText = IsText(content);
        if (isText && NameClaim.Graph(name) is null)
            return ContentFormat.Text;   // by chance it may have the fields of a message, too
        if (ProtobufModels.FormatOf(content, name) is { } model)
            return model;
        return isText ? ContentFormat.Text : ContentFormat.Unknown;
    }

    private static ContentFormat? ByMagic(ReadOnlySpan<byte> head) => head switch
    {
        [0x80, <= 0x0f, ..] => ContentFormat.Pickle,
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] or [(byte)'P', (byte)'K', 1, 2, ..] or [(byte)'P', (byte)'K', 7, 8, ..] => ContentFormat.Zip,
        [0x1f, 0x8b, ..] => ContentFormat.Gzip,
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] or [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x17, 0x72, ..] => ContentFormat.Bzip2,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => ContentFormat.Xz,
        [0x5d, 0, 0, _, _, ..] => ContentFormat.Lzma,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ContentFormat.Zstandard,
        [0x04, 0x22, 0x4d, 0x18, ..] => ContentFormat.Lz4,
        [(byte)'7', (byte)'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => ContentFormat.SevenZip,
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1a, 7, ..] => ContentFormat.Rar,
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => ContentFormat.Numpy,
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => ContentFormat.Gguf,
        [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] or [(byte)'M', (byte)'Z', _, 0, _, 0, ..] => ContentFormat.NativeCode,
        [0xcf, 0xfa, 0xed, 0xfe, ..] or [0xce, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] => ContentFormat.NativeCode,
        [_, 0x0d, 0x0d, 0x0a, ..] => ContentFormat.NativeCode,   // compiled Python
        _ => null,
    };

    public static bool IsHdf5(Stream content)
    {
        Span<byte> signature = stackalloc byte[8];
        foreach (var offset in Hdf5Offsets.Where(offset => offset + 8 <= content.Length))
        {
            content.Position = offset;
            content.ReadExactly(signature);
            if (signature[0] == 0x89 && signature[1..].SequenceEqual("HDF\r\n\x1a\n"u8))
                return true;
        }

        return false;
    }

    // Two bytes are little evidence: the rest must unpack as well.
    private static bool IsZlib(Stream content, ReadOnlySpan<byte> head)
    {
        if (head is not [0x78, 0x01 or 0x5e or 0x9c or 0xda, ..] || BinaryPrimitives.ReadUInt16BigEndian(head) % 31 != 0)
            return false;
        try
        {
            content.Position = 0;
            using var unpacked = new ZLibStream(content, CompressionMode.Decompress, leaveOpen: true);
            return unpacked.ReadByte() >= 0;
        }
        catch (InvalidDataException)   // it is no zlib
        {
            return false;
        }
    }

    // To its end: behind a page of text could stand what another program finds. Text in UTF-8 without control characters is no
    // ONNX graph that its runtime loads, which demands the number of the format: that field begins with the byte 8, or with
    // one in other spellings that has a zero, or more bytes behind another than a letter has.
    private static bool IsText(Stream content)
    {
        var (buffer, kept) = (new byte[TextBytes], 0);
        content.Position = 0;
        while (true)
        {
            var read = content.ReadAtLeast(buffer.AsSpan(kept), 1, throwOnEndOfStream: false);
            var bytes = buffer.AsSpan(0, kept + read);
            if (bytes.ContainsAnyInRange((byte)0, (byte)8) || bytes.ContainsAnyInRange((byte)14, (byte)26))
                return false;
            if (read == 0)
                return Utf8.IsValid(bytes);
            var whole = WholeLetters(bytes);
            if (!Utf8.IsValid(bytes[..whole]))
                return false;
            bytes[whole..].CopyTo(buffer);
            kept = bytes.Length - whole;
        }
    }

    // How many bytes there are up to a last letter that is cut; all where none is.
    private static int WholeLetters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            if (bytes[^back] >= 0xc0)
                return bytes.Length - back;
        }

        return bytes.Length;
    }

    /// <summary>How the format is called in a report.</summary>
    public static string NameOf(ContentFormat format) => format switch
    {
        ContentFormat.SevenZip => "7z",
        ContentFormat.NativeCode => "native-code",
        _ => format.ToString().ToLowerInvariant(),
    };
}
